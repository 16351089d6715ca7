import { Body, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ActingAs } from '../../access/acting.decorator.js';
import type { Acting } from '../../access/admin-request.js';
import { ADMINISTRATORS, READERS } from '../../access/required-role.decorator.js';
import { ChangeReceipts } from '../http/change-receipts.service.js';
import { ApiIfMatch, OptionalRevision } from '../http/if-match.decorator.js';
import { ON_CREATE, ON_DELETE, ON_LIST, ON_READ, Operation } from '../http/operation.decorator.js';
import { ReceiptView, WaitQuery } from '../http/receipt.view.js';
import { Resource } from '../http/resource.decorator.js';
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
  create(@ActingAs() acting: Acting, @Body() body: TokenBody) {
    return this.tokens.create(acting, body);
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
    @ActingAs() acting: Acting,
    @Param('id') id: string,
    @OptionalRevision() revision: number | null,
    @Query() { waitMs }: WaitQuery,
  ) {
    return this.receipts.follow(await this.tokens.delete(acting, id, revision), waitMs);
  }
}
