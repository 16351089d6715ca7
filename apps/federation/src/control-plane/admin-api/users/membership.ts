import { AppUser, GroupMember, UserGroup, type ChangeTransaction } from '#libs/registry';
import { In, type EntityManager } from 'typeorm';

/** The groups of each of these users, sorted. */
export async function groupsByUser(manager: EntityManager, users: string[]): Promise<Map<string, string[]>> {
  const rows = await manager.findBy(GroupMember, { user: In(users) });
  return sortedBy(
    rows,
    (row) => row.user,
    (row) => row.group,
  );
}

/** The members of each of these groups, sorted. */
export async function membersByGroup(
  manager: EntityManager,
  groups: string[],
): Promise<Map<string, string[]>> {
  const rows = await manager.findBy(GroupMember, { group: In(groups) });
  return sortedBy(
    rows,
    (row) => row.group,
    (row) => row.user,
  );
}

function sortedBy<T>(rows: T[], key: (row: T) => string, value: (row: T) => string): Map<string, string[]> {
  const grouped = [...Map.groupBy(rows, key)];
  return new Map(grouped.map(([name, same]) => [name, same.map(value).sort()]));
}

/** Puts a user into the snapshot as the rows now have it. */
export function putUser(change: ChangeTransaction, row: AppUser, groups: string[]): void {
  const { name, enabled } = row;
  change.put('user', name, { name, groups, enabled });
}

/** Gives users a new revision after their membership has changed, and renders them again. */
export async function touchUsers(change: ChangeTransaction, users: string[]): Promise<void> {
  if (users.length === 0) return;
  const stamps = { updatedAt: change.time, revision: change.revision };
  await change.manager.update(AppUser, { name: In(users) }, stamps);
  const rows = await change.manager.findBy(AppUser, { name: In(users) });
  const groups = await groupsByUser(change.manager, users);
  for (const row of rows) putUser(change, row, groups.get(row.name) ?? []);
}

/** Gives groups a new revision after their membership has changed; those that do not exist yet are created. */
export async function touchGroups(change: ChangeTransaction, groups: string[]): Promise<void> {
  if (groups.length === 0) return;
  const stamps = { updatedAt: change.time, revision: change.revision };
  const rows = groups.map((name) => ({ name, createdAt: change.time, ...stamps }));
  await change.manager
    .createQueryBuilder()
    .insert()
    .into(UserGroup)
    .values(rows)
    .orUpdate(['updated_at', 'revision'], ['name'])
    .execute();
}

/** What is in only one of the two lists. */
export function difference(a: string[], b: string[]): string[] {
  const inA = new Set(a);
  const inB = new Set(b);
  return [...a.filter((name) => !inB.has(name)), ...b.filter((name) => !inA.has(name))];
}
