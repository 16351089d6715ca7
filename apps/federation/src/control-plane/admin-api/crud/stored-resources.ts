import {
  assertRevision,
  notFound,
  type ChangeReceipt,
  type ChangeTransaction,
  RegistryChanges,
} from '#libs/registry';
import { Inject } from '@nestjs/common';
import { InjectEntityManager } from '@nestjs/typeorm';
import { EntityManager, type EntityTarget, type FindOptionsWhere, type SelectQueryBuilder } from 'typeorm';
import type { AdminActor } from '../auth/admin-request.js';
import { cursorKey, pageOf, type Page, type PageQuery } from './page.js';
import type { ResourceSpec } from './resource-spec.js';

type Keyed = { name: string } | { id: string };
type Where<Row> = FindOptionsWhere<Row>;

/** Lists, reads and deletes the rows of a table as a resource. A `scope` narrows the rows that are considered. */
export abstract class StoredResources<
  Row extends Keyed & { revision?: number },
  View extends Keyed,
  Scope extends object = object,
> {
  protected abstract readonly spec: ResourceSpec;
  protected abstract readonly table: EntityTarget<Row>;
  /** Rows of the table that do not match it are no resources (any more). */
  protected readonly shown: Where<Row> = {};

  constructor(
    @Inject(RegistryChanges) protected readonly changes: RegistryChanges,
    @InjectEntityManager() protected readonly manager: EntityManager,
  ) {}

  async list(query: PageQuery, scope?: Scope): Promise<Page<View>> {
    const { limit, cursor } = query;
    const { key } = this.spec;
    const after = cursorKey(cursor, 1)?.[0];
    const found = this.manager
      .createQueryBuilder(this.table, 'r')
      .where({ ...this.shown, ...scope })
      .orderBy(`r.${key}`)
      .take(limit + 1);
    if (after !== undefined) found.andWhere(`r.${key} > :after`, { after });
    this.filter(found, query);
    const rows = await found.getMany();
    const views = await this.views(this.manager, rows);
    return pageOf(
      views,
      limit,
      (view) => [this.keyOf(view)],
      (view) => view,
    );
  }

  async get(key: string, scope?: Scope): Promise<View> {
    return this.view(this.manager, await this.read(this.manager, key, scope));
  }

  delete(actor: AdminActor, key: string, revision: number | null, scope?: Scope): Promise<ChangeReceipt> {
    return this.changes.change({ ...actor, resource: this.pathOf(key, scope) }, async (change) => {
      const row = await this.current(change, key, revision, scope);
      await this.remove(change, row);
    });
  }

  /** Narrows a list to what the query's own filters ask for; the rows are `r`. */
  protected filter(_found: SelectQueryBuilder<Row>, _query: PageQuery): void {}

  /** What the admin API shows of these rows, in the same order. */
  protected abstract views(manager: EntityManager, rows: Row[]): View[] | Promise<View[]>;

  /** Removes a row, and whatever depends on it. */
  protected async remove(change: ChangeTransaction, row: Row): Promise<void> {
    const where = { [this.spec.key]: this.keyOf(row) } as Where<Row>;
    await change.manager.delete(this.table, where);
  }

  /** Path of a row below `/api/v1`, for the audit. */
  protected pathOf(key: string, _scope?: Scope): string {
    return `${this.spec.path}/${key}`;
  }

  protected async view(manager: EntityManager, row: Row): Promise<View> {
    const [view] = await this.views(manager, [row]);
    if (view === undefined) throw new Error(`${this.spec.names.title} ${this.keyOf(row)} was not rendered`);
    return view;
  }

  /** The row as it is before a change. It is kept for the audit. */
  protected async current(
    change: ChangeTransaction,
    key: string,
    revision: number | null,
    scope?: Scope,
  ): Promise<Row> {
    const row = await this.read(change.manager, key, scope);
    if (row.revision !== undefined) assertRevision(row.revision, revision);
    change.before = await this.view(change.manager, row);
    return row;
  }

  private async read(manager: EntityManager, key: string, scope?: Scope): Promise<Row> {
    const where = { ...this.shown, ...scope, [this.spec.key]: key } as Where<Row>;
    const row = await manager.findOneBy(this.table, where);
    if (row === null) throw notFound(`${this.spec.names.title} ${key}`);
    return row;
  }

  private keyOf(one: Row | View): string {
    return (one as unknown as Record<'name' | 'id', string>)[this.spec.key];
  }
}
