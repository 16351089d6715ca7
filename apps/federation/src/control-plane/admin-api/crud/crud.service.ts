import { duplicate, invalidField, type ChangeTransaction, type NamedResource } from '#libs/registry';
import type { FindOptionsWhere } from 'typeorm';
import type { AdminActor } from '../auth/admin-request.js';
import { StoredResources } from './stored-resources.js';

/** A row's columns, except those that every named resource has. */
export type OwnColumns<Row extends NamedResource> = Omit<Row, keyof NamedResource>;

/** Creates and replaces a resource by name. A subclass adds only what is specific to it: columns, checks, side effects. */
export abstract class CrudService<
  Body extends { name?: string },
  Row extends NamedResource = NamedResource,
  View extends { name: string } = { name: string },
> extends StoredResources<Row, View> {
  create(actor: AdminActor, body: Body & { name: string }): Promise<View> {
    const { name } = body;
    return this.change(actor, name, async (change) => {
      const exists = await change.manager.existsBy(this.table, { name } as FindOptionsWhere<Row>);
      if (exists) throw duplicate(`${this.spec.names.title} ${name}`);
      return this.created(change, await this.store(change, name, body, null));
    });
  }

  async replace(actor: AdminActor, name: string, revision: number | null, body: Body): Promise<View> {
    if (body.name !== undefined && body.name !== name)
      throw invalidField('name', body.name, [name], 'A resource cannot be renamed');
    return this.change(actor, name, async (change) => {
      const before = await this.current(change, name, revision);
      return this.store(change, name, body, before);
    });
  }

  /** The columns that result from a body. @param before The row that it replaces. */
  protected abstract columns(
    change: ChangeTransaction,
    body: Body,
    before: Row | null,
  ): OwnColumns<Row> | Promise<OwnColumns<Row>>;

  /** Writes a row, and whatever depends on it. */
  protected async save(change: ChangeTransaction, row: Row, _body: Body): Promise<void> {
    await change.manager.save(this.table, row);
  }

  /** The answer to a creation. */
  protected created(_change: ChangeTransaction, view: View): View | Promise<View> {
    return view;
  }

  private async change<T>(
    actor: AdminActor,
    name: string,
    work: (change: ChangeTransaction) => Promise<T>,
  ): Promise<T> {
    const { result } = await this.changes.change({ ...actor, resource: this.pathOf(name) }, work);
    return result;
  }

  private async store(
    change: ChangeTransaction,
    name: string,
    body: Body,
    before: Row | null,
  ): Promise<View> {
    const columns = await this.columns(change, body, before);
    const createdAt = before?.createdAt ?? change.time;
    const row = { name, ...columns, createdAt, updatedAt: change.time, revision: change.revision } as Row;
    await this.save(change, row, body);
    const view = await this.view(change.manager, row);
    change.after = view;
    return view;
  }
}
