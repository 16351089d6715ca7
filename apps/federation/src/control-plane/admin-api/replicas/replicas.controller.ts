import { Param, Query } from '@nestjs/common';
import { Actor } from '../auth/actor.decorator.js';
import type { AdminActor } from '../auth/admin-request.js';
import { ChangeReceipts } from '../crud/change-receipts.service.js';
import { ON_LIST, ON_READ } from '../crud/operation.decorator.js';
import { operationsOf } from '../crud/operations.js';
import { PageQuery } from '../crud/page.js';
import { WaitQuery } from '../crud/receipt.view.js';
import { ReadOnlyResource } from '../crud/resource.decorator.js';
import { REPLICAS } from './replica.resource.js';
import { ReplicasService } from './replicas.service.js';

const { List, Read, Remove } = operationsOf(REPLICAS);

/** Without entity tags: a replica changes with every report. */
@ReadOnlyResource(REPLICAS.path, 'gateways')
export class ReplicasController {
  constructor(
    private readonly replicas: ReplicasService,
    private readonly receipts: ChangeReceipts,
  ) {}

  @List({ problems: [...ON_LIST, ...ON_READ] })
  list(@Param('name') gateway: string, @Query() page: PageQuery) {
    return this.replicas.list(page, { gateway });
  }

  @Read()
  get(@Param('name') gateway: string, @Param('id') id: string) {
    return this.replicas.get(id, { gateway });
  }

  @Remove({
    summary:
      "Evicts a replica: it is refused from now on, its gateway's keys change, and its join tokens are revoked",
    problems: ['not-found', 'restore-pending', 'validation'],
  })
  async delete(
    @Actor() actor: AdminActor,
    @Param('name') gateway: string,
    @Param('id') id: string,
    @Query() { waitMs }: WaitQuery,
  ) {
    return this.receipts.follow(await this.replicas.delete(actor, id, null, { gateway }), waitMs);
  }
}
