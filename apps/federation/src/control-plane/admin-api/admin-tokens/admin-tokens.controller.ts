import { Body, Param, Query } from '@nestjs/common';
import { Actor } from '../auth/actor.decorator.js';
import type { AdminActor } from '../auth/admin-request.js';
import { ChangeReceipts } from '../crud/change-receipts.service.js';
import { operationsOf } from '../crud/operations.js';
import { WaitQuery } from '../crud/receipt.view.js';
import { Resource } from '../crud/resource.decorator.js';
import { AdminTokenBody, AdminTokenQuery } from './admin-token.dto.js';
import { ADMIN_TOKENS } from './admin-token.resource.js';
import { AdminTokensService } from './admin-tokens.service.js';

const { List, Create, Read, Remove } = operationsOf(ADMIN_TOKENS);

@Resource(ADMIN_TOKENS.path)
export class AdminTokensController {
  constructor(
    private readonly tokens: AdminTokensService,
    private readonly receipts: ChangeReceipts,
  ) {}

  @List()
  list(@Query() query: AdminTokenQuery) {
    return this.tokens.listOf(query);
  }

  @Create({ summary: 'Issues an admin token; it is shown only in this answer' })
  create(@Actor() actor: AdminActor, @Body() body: AdminTokenBody) {
    return this.tokens.create(actor, body);
  }

  @Read()
  get(@Param('id') id: string) {
    return this.tokens.get(id);
  }

  @Remove({ summary: 'Revokes an admin token, also the bootstrap token' })
  async delete(@Actor() actor: AdminActor, @Param('id') id: string, @Query() { waitMs }: WaitQuery) {
    return this.receipts.follow(await this.tokens.delete(actor, id, null), waitMs);
  }
}
