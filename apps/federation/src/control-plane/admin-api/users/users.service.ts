import {
  AppUser,
  assertRevision,
  duplicate,
  GroupMember,
  notFound,
  RegistryChanges,
  Token,
  type ChangeReceipt,
  type ChangeTransaction,
} from '#libs/registry';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository, type EntityManager } from 'typeorm';
import type { AdminActor } from '../auth/admin-request.js';
import { byName } from '../crud/keyset.js';
import { pageOf, type Page, type PageQuery } from '../crud/page.js';
import { assertSameName } from '../crud/path-name.js';
import { revisionMetadataOf } from '../crud/revision-metadata.view.js';
import { difference, groupsByUser, putUser, touchGroups } from './membership.js';
import type { UserBody, NewUserBody, UserView } from './user.dto.js';

const resource = (name: string): string => `users/${name}`;

@Injectable()
export class UsersService {
  constructor(
    private readonly changes: RegistryChanges,
    @InjectRepository(AppUser) private readonly users: Repository<AppUser>,
  ) {}

  async list(page: PageQuery): Promise<Page<UserView>> {
    const rows = await this.users.find(byName(page));
    const names = rows.map((row) => row.name);
    const groups = await groupsByUser(this.users.manager, names);
    return pageOf(
      rows,
      page.limit,
      (row) => [row.name],
      (row) => viewOf(row, groups.get(row.name) ?? []),
    );
  }

  async get(name: string): Promise<UserView> {
    const row = await read(this.users.manager, name);
    return viewOf(row, await groupsOf(this.users.manager, name));
  }

  async create(actor: AdminActor, body: NewUserBody): Promise<UserView> {
    const { name } = body;
    const { result } = await this.changes.change({ ...actor, resource: resource(name) }, async (change) => {
      if (await change.manager.existsBy(AppUser, { name })) throw duplicate(`User ${name}`);
      return store(change, body, { name, createdAt: change.time }, []);
    });
    return result;
  }

  async replace(actor: AdminActor, name: string, revision: number | null, body: UserBody): Promise<UserView> {
    assertSameName(name, body.name);
    const { result } = await this.changes.change({ ...actor, resource: resource(name) }, async (change) => {
      const row = await read(change.manager, name);
      assertRevision(row, revision);
      const groups = await groupsOf(change.manager, name);
      change.before = viewOf(row, groups);
      return store(change, body, row, groups);
    });
    return result;
  }

  /** The user's tokens are revoked with it. */
  delete(actor: AdminActor, name: string, revision: number | null): Promise<ChangeReceipt> {
    return this.changes.change({ ...actor, resource: resource(name) }, async (change) => {
      const row = await read(change.manager, name);
      assertRevision(row, revision);
      const groups = await groupsOf(change.manager, name);
      change.before = viewOf(row, groups);
      const tokens = await change.manager.findBy(Token, { user: name });
      for (const token of tokens) await change.revoke(token.hash, token.expiresAt);
      await change.manager.delete(AppUser, { name });
      await touchGroups(change, groups);
      change.delete('user', name);
    });
  }
}

async function read(manager: EntityManager, name: string): Promise<AppUser> {
  const row = await manager.findOneBy(AppUser, { name });
  if (row === null) throw notFound(`User ${name}`);
  return row;
}

const groupsOf = async (manager: EntityManager, name: string): Promise<string[]> =>
  (await groupsByUser(manager, [name])).get(name) ?? [];

async function store(
  change: ChangeTransaction,
  body: UserBody,
  kept: Pick<AppUser, 'name' | 'createdAt'>,
  groupsBefore: string[],
): Promise<UserView> {
  const { displayName, roles, enabled } = body;
  const { name, createdAt } = kept;
  const stamps = { createdAt, updatedAt: change.time, revision: change.revision };
  const row: AppUser = { name, displayName, roles, enabled, ...stamps };
  await change.manager.save(AppUser, row);
  const groups = [...body.groups].sort();
  await touchGroups(change, difference(groupsBefore, groups));
  await change.manager.delete(GroupMember, { user: name });
  await change.manager.insert(
    GroupMember,
    groups.map((group) => ({ group, user: name })),
  );
  putUser(change, row, groups);
  const view = viewOf(row, groups);
  change.after = view;
  return view;
}

function viewOf(row: AppUser, groups: string[]): UserView {
  const { name, displayName, roles, enabled } = row;
  return { name, displayName, groups, roles, enabled, ...revisionMetadataOf(row) };
}
