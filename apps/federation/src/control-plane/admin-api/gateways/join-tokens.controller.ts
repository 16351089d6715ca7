import { Body, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { Actor } from '../auth/actor.decorator.js';
import type { AdminActor } from '../auth/admin-request.js';
import { OPERATORS, READERS } from '../auth/required-role.decorator.js';
import { ChangeReceipts } from '../crud/change-receipts.service.js';
import { ON_DELETE, ON_LIST, ON_READ, Operation } from '../crud/operation.decorator.js';
import { PageQuery } from '../crud/page.js';
import { ReceiptView, WaitQuery } from '../crud/receipt.view.js';
import { Resource } from '../crud/resource.decorator.js';
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
  create(@Actor() actor: AdminActor, @Param('name') name: string, @Body() body: JoinTokenBody) {
    return this.tokens.create(actor, name, body.expiresInSeconds);
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
    @Actor() actor: AdminActor,
    @Param('name') name: string,
    @Param('id') id: string,
    @Query() { waitMs }: WaitQuery,
  ) {
    return this.receipts.follow(await this.tokens.delete(actor, name, id), waitMs);
  }
}
