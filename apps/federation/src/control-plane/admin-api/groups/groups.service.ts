import { AppUser, invalidField, UserGroup, type ChangeTransaction } from '#libs/registry';
import { Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import { CrudService } from '../crud/crud.service.js';
import { rendered } from '../crud/revision-metadata.view.js';
import { membersOf, setMembers, touchUsers } from '../users/membership.js';
import type { GroupBody, GroupView } from './group.dto.js';
import { GROUPS } from './group.resource.js';

@Injectable()
export class GroupsService extends CrudService<GroupBody, UserGroup, GroupView> {
  protected readonly spec = GROUPS;
  protected readonly table = UserGroup;

  protected async views(manager: EntityManager, rows: UserGroup[]): Promise<GroupView[]> {
    const names = rows.map((row) => row.name);
    const members = await membersOf(manager, names);
    return rows.map((row) => ({ ...rendered(row), members: members.get(row.name) ?? [] }));
  }

  /** A group has nothing but its members. */
  protected columns() {
    return {};
  }

  protected override async save(change: ChangeTransaction, row: UserGroup, body: GroupBody): Promise<void> {
    await assertUsers(change.manager, body.members);
    await super.save(change, row, body);
    await setMembers(change, row.name, [...body.members].sort());
  }

  protected override async remove(change: ChangeTransaction, row: UserGroup): Promise<void> {
    const members = (await membersOf(change.manager, [row.name])).get(row.name) ?? [];
    await super.remove(change, row);
    await touchUsers(change, members);
  }
}

async function assertUsers(manager: EntityManager, names: string[]): Promise<void> {
  const found = await manager.find(AppUser, { select: { name: true }, where: { name: In(names) } });
  const known = new Set(found.map((row) => row.name));
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  throw invalidField('members', unknown, 'existing users', `No such user: ${unknown.join(', ')}`);
}
