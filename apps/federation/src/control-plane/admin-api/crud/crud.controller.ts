import { Inject, Param, Query, type Type } from '@nestjs/common';
import type { AdminActor } from '../auth/admin-request.js';
import { Actor } from '../auth/actor.decorator.js';
import { BodyAs, QueryAs } from './body-as.decorator.js';
import { ChangeReceipts } from './change-receipts.service.js';
import { ApiIfMatch, OptionalRevision, ReadRevision } from './if-match.decorator.js';
import type { CrudService } from './crud.service.js';
import { operationsOf, type Own } from './operations.js';
import { PageQuery } from './page.js';
import { WaitQuery } from './receipt.view.js';
import type { NamedResourceSpec } from './resource-spec.js';

/** Where the operations of one resource differ from those of the others. */
interface OwnOperations {
  create?: Own;
  delete?: Own;
}

/** The controller of a resource that is listed, created, read, replaced and deleted by name. */
export function CrudController<Body extends { name?: string }>(
  spec: NamedResourceSpec,
  service: Type<CrudService<Body>>,
  own: OwnOperations = {},
) {
  const { body: Put, newBody: Posted, query: Filters = PageQuery } = spec.classes;
  const { List, Create, Read, Replace, Remove } = operationsOf(spec);

  abstract class Crud {
    constructor(
      @Inject(service) readonly resources: CrudService<Body>,
      @Inject(ChangeReceipts) readonly receipts: ChangeReceipts,
    ) {}

    @List()
    list(@QueryAs(Filters) query: PageQuery): Promise<object> {
      return this.resources.list(query);
    }

    @Create(own.create)
    create(@Actor() actor: AdminActor, @BodyAs(Posted) body: Body & { name: string }): Promise<object> {
      return this.resources.create(actor, body);
    }

    @Read()
    get(@Param('name') name: string): Promise<object> {
      return this.resources.get(name);
    }

    @Replace()
    replace(
      @Actor() actor: AdminActor,
      @Param('name') name: string,
      @ReadRevision() revision: number | null,
      @BodyAs(Put) body: Body,
    ): Promise<object> {
      return this.resources.replace(actor, name, revision, body);
    }

    @Remove(own.delete)
    @ApiIfMatch(false)
    async delete(
      @Actor() actor: AdminActor,
      @Param('name') name: string,
      @OptionalRevision() revision: number | null,
      @Query() { waitMs }: WaitQuery,
    ): Promise<object> {
      return this.receipts.follow(await this.resources.delete(actor, name, revision), waitMs);
    }
  }
  return Crud;
}
