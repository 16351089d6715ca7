import { AppUserRow, GroupMemberRow, UserGroupRow, type ChangeTransaction } from '#libs/registry';
import { In, type EntityManager } from 'typeorm';

/** The groups of each of these users, sorted. */
export async function groupsByUser(manager: EntityManager, users: string[]): Promise<Map<string, string[]>> {
  const rows = await manager.findBy(GroupMemberRow, { user: In(users) });
  return new Map(
    users.map((user) => [
      user,
      rows
        .filter((row) => row.user === user)
        .map((row) => row.group)
        .sort(),
    ]),
  );
}

/** The members of each of these groups, sorted. */
export async function membersByGroup(
  manager: EntityManager,
  groups: string[],
): Promise<Map<string, string[]>> {
  const rows = await manager.findBy(GroupMemberRow, { group: In(groups) });
  return new Map(
    groups.map((group) => [
      group,
      rows
        .filter((row) => row.group === group)
        .map((row) => row.user)
        .sort(),
    ]),
  );
}

/** Puts a user into the snapshot as the rows now have it. */
export function putUser(change: ChangeTransaction, row: AppUserRow, groups: string[]): void {
  const { name, enabled } = row;
  change.put('user', name, { name, groups, enabled });
}

/** Gives users a new revision after their membership has changed, and renders them again. */
export async function touchUsers(change: ChangeTransaction, users: string[]): Promise<void> {
  if (users.length === 0) return;
  const stamps = { updatedAt: change.time, revision: change.revision };
  await change.manager.update(AppUserRow, { name: In(users) }, stamps);
  const rows = await change.manager.findBy(AppUserRow, { name: In(users) });
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
    .into(UserGroupRow)
    .values(rows)
    .orUpdate(['updated_at', 'revision'], ['name'])
    .execute();
}

/** What is in only one of the two lists. */
export const difference = (a: string[], b: string[]): string[] => [
  ...a.filter((name) => !b.includes(name)),
  ...b.filter((name) => !a.includes(name)),
];
