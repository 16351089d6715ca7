import type { ConfigServer } from '#libs/contract';
import type { PolicyIndex, Snapshot } from '#libs/snapshot';
import { Access } from './access.js';

/** Who asks, in the words of the registry. Of a `Principal`, only this matters to policy. */
export interface Requester {
  readonly user: string;
  readonly groups: readonly string[];
}

/** The subjects of policies that the caller matches. */
export const subjectsOf = (caller: Requester): string[] => [
  `user:${caller.user}`,
  ...caller.groups.map((group) => `group:${group}`),
  'authenticated',
];

/** Compiled accesses kept per snapshot; the oldest goes first. */
const MAX_ACCESSES = 4096;

/** Keyed by the index itself, so that a new snapshot starts afresh and an old one is collected with its accesses. */
const accessesByIndex = new WeakMap<PolicyIndex, Map<string, Access>>();

/**
 * What the caller may do at the MCP server as seen by the gateway. Both gateways of a request and the control plane's
 * explanations go through here. The scope of a token is not policy and is checked by whoever knows the token.
 */
export function accessTo(
  { policies }: Snapshot,
  requester: Requester,
  server: ConfigServer | undefined,
  gateway: string,
): Access {
  if (server?.enabled !== true) return Access.NONE;
  return accessOf(policies, subjectSetOf(requester), server.name, gateway);
}

/** {@link accessTo} without the server's own state. */
export function accessByPolicy(
  policies: PolicyIndex,
  subjects: readonly string[],
  server: string,
  gateway: string,
): Access {
  return accessOf(policies, { subjects, key: keyOf(subjects) }, server, gateway);
}

/** Subjects, with what tells them apart from others. */
interface SubjectSet {
  readonly subjects: readonly string[];
  readonly key: string;
}

/** A caller asks again and again; the next request on a connection has the same principal. */
const subjectSets = new WeakMap<Requester, SubjectSet>();

function subjectSetOf(requester: Requester): SubjectSet {
  let known = subjectSets.get(requester);
  if (known === undefined) {
    const subjects = subjectsOf(requester);
    subjectSets.set(requester, (known = { subjects, key: keyOf(subjects) }));
  }
  return known;
}

function accessOf(
  policies: PolicyIndex,
  { subjects, key: who }: SubjectSet,
  server: string,
  gateway: string,
): Access {
  const accesses = accessesOf(policies);
  const key = `${keyOf([gateway, server])}${who}`;
  return accesses.get(key) ?? remember(accesses, key, compile(policies, subjects, server, gateway));
}

/** Lengths make it unambiguous, whatever characters an identity provider puts into a group. */
function keyOf(names: readonly string[]): string {
  let key = '';
  for (const name of names) key += `${name.length}:${name}`;
  return key;
}

function compile(
  policies: PolicyIndex,
  subjects: readonly string[],
  server: string,
  gateway: string,
): Access {
  const found = policies.lookup(subjects, server);
  const here = found.filter((policy) => policy.gateways?.has(gateway) ?? true);
  return new Access(here, () => ofEverybody(policies, server, gateway));
}

/** Nothing where anybody is denied anything, since what is left would have to be found out for each caller. */
const ofEverybody = (policies: PolicyIndex, server: string, gateway: string): Access =>
  policies.denies(server) ? Access.NONE : accessByPolicy(policies, ['authenticated'], server, gateway);

function accessesOf(policies: PolicyIndex): Map<string, Access> {
  let accesses = accessesByIndex.get(policies);
  if (accesses === undefined) accessesByIndex.set(policies, (accesses = new Map()));
  return accesses;
}

function remember(accesses: Map<string, Access>, key: string, access: Access): Access {
  if (accesses.size >= MAX_ACCESSES) accesses.delete(accesses.keys().next().value!);
  accesses.set(key, access);
  return access;
}
