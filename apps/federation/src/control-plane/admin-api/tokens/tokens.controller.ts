import { Body, Param, Query } from '@nestjs/common';
import { Actor } from '../auth/actor.decorator.js';
import type { AdminActor } from '../auth/admin-request.js';
import { ChangeReceipts } from '../crud/change-receipts.service.js';
import { ApiIfMatch, OptionalRevision } from '../crud/if-match.decorator.js';
import { operationsOf } from '../crud/operations.js';
import { WaitQuery } from '../crud/receipt.view.js';
import { Resource } from '../crud/resource.decorator.js';
import { TokenBody, TokenQuery } from './token.dto.js';
import { TOKENS } from './token.resource.js';
import { TokensService } from './tokens.service.js';

const { List, Create, Read, Remove } = operationsOf(TOKENS);

@Resource(TOKENS.path)
export class TokensController {
  constructor(
    private readonly tokens: TokensService,
    private readonly receipts: ChangeReceipts,
  ) {}

  @List()
  list(@Query() query: TokenQuery) {
    return this.tokens.listOf(query);
  }

  @Create()
  create(@Actor() actor: AdminActor, @Body() body: TokenBody) {
    return this.tokens.create(actor, body);
  }

  @Read()
  get(@Param('id') id: string) {
    return this.tokens.get(id);
  }

  @Remove()
  @ApiIfMatch(false)
  async delete(
    @Actor() actor: AdminActor,
    @Param('id') id: string,
    @OptionalRevision() revision: number | null,
    @Query() { waitMs }: WaitQuery,
  ) {
    return this.receipts.follow(await this.tokens.delete(actor, id, revision), waitMs);
  }
}
