import { AdminToken, AppUser, Token, type ChangeTransaction } from '#libs/registry';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CrudService } from '../crud/crud.service.js';
import { rendered } from '../crud/revision-metadata.view.js';
import { groupsOf, putUser, setGroups, touchGroups } from './membership.js';
import type { UserBody, UserView } from './user.dto.js';
import { USERS } from './user.resource.js';

@Injectable()
export class UsersService extends CrudService<UserBody, AppUser, UserView> {
  protected readonly spec = USERS;
  protected readonly table = AppUser;

  protected async views(manager: EntityManager, rows: AppUser[]): Promise<UserView[]> {
    const names = rows.map((row) => row.name);
    const groups = await groupsOf(manager, names);
    return rows.map((row) => ({ ...rendered(row), groups: groups.get(row.name) ?? [] }));
  }

  protected columns(_change: ChangeTransaction, { displayName, roles, enabled }: UserBody) {
    return { displayName, roles, enabled };
  }

  protected override async save(change: ChangeTransaction, row: AppUser, body: UserBody): Promise<void> {
    await super.save(change, row, body);
    const groups = [...body.groups].sort();
    await setGroups(change, row.name, groups);
    putUser(change, row, groups);
  }

  /** The user's tokens are revoked with it. */
  protected override async remove(change: ChangeTransaction, row: AppUser): Promise<void> {
    const tokens = await change.manager.findBy(Token, { user: row.name });
    for (const token of tokens) await change.revoke(token.hash, token.expiresAt);
    const adminTokens = await change.manager.findBy(AdminToken, { user: row.name });
    for (const token of adminTokens) await change.tombstone(token.hash, token.expiresAt);
    const groups = (await groupsOf(change.manager, [row.name])).get(row.name) ?? [];
    await super.remove(change, row);
    await touchGroups(change, groups);
    change.delete('user', row.name);
  }
}
