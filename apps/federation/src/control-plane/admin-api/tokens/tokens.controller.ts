import { Body, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { Actor } from '../auth/actor.decorator.js';
import type { AdminActor } from '../auth/admin-request.js';
import { ADMINISTRATORS, READERS } from '../auth/required-role.decorator.js';
import { ChangeReceipts } from '../crud/change-receipts.service.js';
import { ApiIfMatch, OptionalRevision } from '../crud/if-match.decorator.js';
import { ON_CREATE, ON_DELETE, ON_LIST, ON_READ, Operation } from '../crud/operation.decorator.js';
import { ReceiptView, WaitQuery } from '../crud/receipt.view.js';
import { Resource } from '../crud/resource.decorator.js';
import { NewTokenView, TokenBody, TokenPage, TokenQuery, TokenView } from './token.dto.js';
import { TokensService } from './tokens.service.js';

@Resource('tokens')
export class TokensController {
  constructor(
    private readonly tokens: TokensService,
    private readonly receipts: ChangeReceipts,
  ) {}

  @Get()
  @Operation({
    summary: 'Lists personal access tokens',
    roles: READERS,
    action: null,
    answer: TokenPage,
    problems: ON_LIST,
  })
  list(@Query() page: TokenQuery) {
    return this.tokens.list(page);
  }

  @Post()
  @Operation({
    summary: 'Creates a personal access token',
    roles: ADMINISTRATORS,
    action: 'token.create',
    status: 201,
    answer: NewTokenView,
    problems: ON_CREATE,
  })
  create(@Actor() actor: AdminActor, @Body() body: TokenBody) {
    return this.tokens.create(actor, body);
  }

  @Get(':id')
  @Operation({
    summary: 'Reads a personal access token',
    roles: READERS,
    action: null,
    answer: TokenView,
    problems: ON_READ,
  })
  get(@Param('id') id: string) {
    return this.tokens.get(id);
  }

  @Delete(':id')
  @ApiIfMatch(false)
  @Operation({
    summary: 'Removes a personal access token',
    roles: ADMINISTRATORS,
    action: 'token.delete',
    answer: ReceiptView,
    problems: ON_DELETE,
  })
  async delete(
    @Actor() actor: AdminActor,
    @Param('id') id: string,
    @OptionalRevision() revision: number | null,
    @Query() { waitMs }: WaitQuery,
  ) {
    return this.receipts.follow(await this.tokens.delete(actor, id, revision), waitMs);
  }
}
