import {
  AppUser,
  assertRevision,
  duplicate,
  invalidField,
  GroupMember,
  notFound,
  RegistryChanges,
  UserGroup,
  type ChangeReceipt,
  type ChangeTransaction,
} from '#libs/registry';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Repository, type EntityManager } from 'typeorm';
import type { AdminActor } from '../auth/admin-request.js';
import { byName } from '../crud/keyset.js';
import { pageOf, type Page, type PageQuery } from '../crud/page.js';
import { assertSameName } from '../crud/path-name.js';
import { revisionMetadataOf } from '../crud/revision-metadata.view.js';
import { difference, membersByGroup, touchUsers } from '../users/membership.js';
import type { GroupBody, NewGroupBody, GroupView } from './group.dto.js';

const resource = (name: string): string => `groups/${name}`;

@Injectable()
export class GroupsService {
  constructor(
    private readonly changes: RegistryChanges,
    @InjectRepository(UserGroup) private readonly groups: Repository<UserGroup>,
  ) {}

  async list(page: PageQuery): Promise<Page<GroupView>> {
    const rows = await this.groups.find(byName(page));
    const names = rows.map((row) => row.name);
    const members = await membersByGroup(this.groups.manager, names);
    return pageOf(
      rows,
      page.limit,
      (row) => [row.name],
      (row) => viewOf(row, members.get(row.name) ?? []),
    );
  }

  async get(name: string): Promise<GroupView> {
    const row = await read(this.groups.manager, name);
    return viewOf(row, await membersOf(this.groups.manager, name));
  }

  async create(actor: AdminActor, body: NewGroupBody): Promise<GroupView> {
    const { name } = body;
    const { result } = await this.changes.change({ ...actor, resource: resource(name) }, async (change) => {
      if (await change.manager.existsBy(UserGroup, { name })) throw duplicate(`Group ${name}`);
      return store(change, body, { name, createdAt: change.time }, []);
    });
    return result;
  }

  async replace(
    actor: AdminActor,
    name: string,
    revision: number | null,
    body: GroupBody,
  ): Promise<GroupView> {
    assertSameName(name, body.name);
    const { result } = await this.changes.change({ ...actor, resource: resource(name) }, async (change) => {
      const row = await read(change.manager, name);
      assertRevision(row, revision);
      const members = await membersOf(change.manager, name);
      change.before = viewOf(row, members);
      return store(change, body, row, members);
    });
    return result;
  }

  delete(actor: AdminActor, name: string, revision: number | null): Promise<ChangeReceipt> {
    return this.changes.change({ ...actor, resource: resource(name) }, async (change) => {
      const row = await read(change.manager, name);
      assertRevision(row, revision);
      const members = await membersOf(change.manager, name);
      change.before = viewOf(row, members);
      await change.manager.delete(UserGroup, { name });
      await touchUsers(change, members);
    });
  }
}

async function read(manager: EntityManager, name: string): Promise<UserGroup> {
  const row = await manager.findOneBy(UserGroup, { name });
  if (row === null) throw notFound(`Group ${name}`);
  return row;
}

const membersOf = async (manager: EntityManager, name: string): Promise<string[]> =>
  (await membersByGroup(manager, [name])).get(name) ?? [];

async function store(
  change: ChangeTransaction,
  body: GroupBody,
  kept: Pick<UserGroup, 'name' | 'createdAt'>,
  membersBefore: string[],
): Promise<GroupView> {
  const { name, createdAt } = kept;
  const members = [...body.members].sort();
  await assertUsers(change.manager, members);
  const row: UserGroup = { name, createdAt, updatedAt: change.time, revision: change.revision };
  await change.manager.save(UserGroup, row);
  await change.manager.delete(GroupMember, { group: name });
  await change.manager.insert(
    GroupMember,
    members.map((user) => ({ group: name, user })),
  );
  await touchUsers(change, difference(membersBefore, members));
  const view = viewOf(row, members);
  change.after = view;
  return view;
}

async function assertUsers(manager: EntityManager, names: string[]): Promise<void> {
  const found = await manager.find(AppUser, { select: { name: true }, where: { name: In(names) } });
  const known = new Set(found.map((row) => row.name));
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  throw invalidField('members', unknown, 'existing users', `No such user: ${unknown.join(', ')}`);
}

const viewOf = (row: UserGroup, members: string[]): GroupView => ({
  name: row.name,
  members,
  ...revisionMetadataOf(row),
});
