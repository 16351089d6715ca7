import { Body, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ActingAs } from '../../access/acting.decorator.js';
import type { Acting } from '../../access/admin-request.js';
import { OPERATORS, READERS } from '../../access/required-role.decorator.js';
import { ChangeReceipts } from '../http/change-receipts.service.js';
import { ON_DELETE, ON_LIST, ON_READ, Operation } from '../http/operation.decorator.js';
import { PageQuery } from '../http/page.js';
import { ReceiptView, WaitQuery } from '../http/receipt.view.js';
import { Resource } from '../http/resource.decorator.js';
import { JoinTokenBody, JoinTokenPage, JoinTokenView, NewJoinTokenView } from './gateway.dto.js';
import { JoinTokensService } from './join-tokens.service.js';

@Resource('gateways/:name/join-tokens', 'gateways')
export class JoinTokensController {
  constructor(
    private readonly tokens: JoinTokensService,
    private readonly receipts: ChangeReceipts,
  ) {}

  @Get()
  @Operation({
    summary: "Lists a gateway's join tokens",
    roles: READERS,
    action: null,
    answer: JoinTokenPage,
    problems: [...ON_LIST, ...ON_READ],
  })
  list(@Param('name') name: string, @Query() page: PageQuery) {
    return this.tokens.list(name, page);
  }

  @Post()
  @Operation({
    summary: 'Issues a join token; it is shown only in this answer',
    roles: OPERATORS,
    action: 'join-token.create',
    status: 201,
    answer: NewJoinTokenView,
    problems: ['unparseable', 'not-found', 'restore-pending', 'validation'],
  })
  create(@ActingAs() acting: Acting, @Param('name') name: string, @Body() body: JoinTokenBody) {
    return this.tokens.create(acting, name, body.expiresInSeconds);
  }

  @Get(':id')
  @Operation({
    summary: 'Reads a join token, without the token itself',
    roles: READERS,
    action: null,
    answer: JoinTokenView,
    problems: ON_READ,
  })
  get(@Param('name') name: string, @Param('id') id: string) {
    return this.tokens.get(name, id);
  }

  @Delete(':id')
  @Operation({
    summary: 'Revokes a join token; enrolled replicas stay',
    roles: OPERATORS,
    action: 'join-token.delete',
    answer: ReceiptView,
    problems: ON_DELETE,
  })
  async delete(
    @ActingAs() acting: Acting,
    @Param('name') name: string,
    @Param('id') id: string,
    @Query() { waitMs }: WaitQuery,
  ) {
    return this.receipts.follow(await this.tokens.delete(acting, name, id), waitMs);
  }
}
