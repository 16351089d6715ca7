import { AppUser, GroupMember, UserGroup, type ChangeTransaction } from '#libs/registry';
import { In, type EntityManager } from 'typeorm';

type Memberships = Map<string, string[]>;

/** The groups of each of these users, sorted. */
export const groupsOf = async (manager: EntityManager, users: string[]): Promise<Memberships> =>
  grouped(await manager.findBy(GroupMember, { user: In(users) }), 'user', 'group');

/** The members of each of these groups, sorted. */
export const membersOf = async (manager: EntityManager, groups: string[]): Promise<Memberships> =>
  grouped(await manager.findBy(GroupMember, { group: In(groups) }), 'group', 'user');

function grouped(rows: GroupMember[], by: 'user' | 'group', of: 'user' | 'group'): Memberships {
  const groups = [...Map.groupBy(rows, (row) => row[by])];
  return new Map(groups.map(([key, same]) => [key, same.map((row) => row[of]).sort()]));
}

/** Replaces the groups of a user; those that do not exist yet are created. */
export async function setGroups(change: ChangeTransaction, user: string, groups: string[]): Promise<void> {
  const before = (await groupsOf(change.manager, [user])).get(user) ?? [];
  await touchGroups(change, difference(before, groups));
  await change.manager.delete(GroupMember, { user });
  const rows = groups.map((group) => ({ group, user }));
  await change.manager.insert(GroupMember, rows);
}

/** Replaces the members of a group; they must exist. */
export async function setMembers(change: ChangeTransaction, group: string, users: string[]): Promise<void> {
  const before = (await membersOf(change.manager, [group])).get(group) ?? [];
  await change.manager.delete(GroupMember, { group });
  const rows = users.map((user) => ({ group, user }));
  await change.manager.insert(GroupMember, rows);
  await touchUsers(change, difference(before, users));
}

/** Puts a user into the snapshot as the rows now have it. */
export function putUser(change: ChangeTransaction, row: AppUser, groups: string[]): void {
  const { name, enabled } = row;
  change.put('user', name, { name, groups, enabled });
}

/** Gives users a new revision after their membership has changed, and renders them again. */
export async function touchUsers(change: ChangeTransaction, users: string[]): Promise<void> {
  if (users.length === 0) return;
  const metadata = { updatedAt: change.time, revision: change.revision };
  await change.manager.update(AppUser, { name: In(users) }, metadata);
  const rows = await change.manager.findBy(AppUser, { name: In(users) });
  const groups = await groupsOf(change.manager, users);
  for (const row of rows) putUser(change, row, groups.get(row.name) ?? []);
}

/** Gives groups a new revision after their membership has changed; those that do not exist yet are created. */
export async function touchGroups(change: ChangeTransaction, groups: string[]): Promise<void> {
  if (groups.length === 0) return;
  const metadata = { updatedAt: change.time, revision: change.revision };
  const rows = groups.map((name) => ({ name, createdAt: change.time, ...metadata }));
  await change.manager
    .createQueryBuilder()
    .insert()
    .into(UserGroup)
    .values(rows)
    .orUpdate(['updated_at', 'revision'], ['name'])
    .execute();
}

/** What is in only one of the two lists. */
function difference(a: string[], b: string[]): string[] {
  const inA = new Set(a);
  const inB = new Set(b);
  return [...a.filter((name) => !inB.has(name)), ...b.filter((name) => !inA.has(name))];
}
