import { Body, Param, Query } from '@nestjs/common';
import { Actor } from '../auth/actor.decorator.js';
import type { AdminActor } from '../auth/admin-request.js';
import { ChangeReceipts } from '../crud/change-receipts.service.js';
import { ON_LIST, ON_READ } from '../crud/operation.decorator.js';
import { operationsOf } from '../crud/operations.js';
import { PageQuery } from '../crud/page.js';
import { WaitQuery } from '../crud/receipt.view.js';
import { Resource } from '../crud/resource.decorator.js';
import { JoinTokenBody } from './join-token.dto.js';
import { JOIN_TOKENS } from './join-token.resource.js';
import { JoinTokensService } from './join-tokens.service.js';

const { List, Create, Read, Remove } = operationsOf(JOIN_TOKENS);

@Resource(JOIN_TOKENS.path, 'gateways')
export class JoinTokensController {
  constructor(
    private readonly tokens: JoinTokensService,
    private readonly receipts: ChangeReceipts,
  ) {}

  @List({ problems: [...ON_LIST, ...ON_READ] })
  list(@Param('name') gateway: string, @Query() page: PageQuery) {
    return this.tokens.list(page, { gateway });
  }

  @Create({
    summary: 'Issues a join token; it is shown only in this answer',
    problems: ['unparseable', 'not-found', 'restore-pending', 'validation'],
  })
  create(@Actor() actor: AdminActor, @Param('name') gateway: string, @Body() body: JoinTokenBody) {
    return this.tokens.create(actor, gateway, body.expiresInSeconds);
  }

  @Read({ summary: 'Reads a join token, without the token itself' })
  get(@Param('name') gateway: string, @Param('id') id: string) {
    return this.tokens.get(id, { gateway });
  }

  @Remove({ summary: 'Revokes a join token; enrolled replicas stay' })
  async delete(
    @Actor() actor: AdminActor,
    @Param('name') gateway: string,
    @Param('id') id: string,
    @Query() { waitMs }: WaitQuery,
  ) {
    return this.receipts.follow(await this.tokens.delete(actor, id, null, { gateway }), waitMs);
  }
}
