import { nearest } from '#libs/contract';
import { AppUser, Gateway, McpServer, Policy } from '#libs/registry';
import type { EntityManager, EntityTarget } from 'typeorm';
import { policyWarnings } from '../policies/policy-warnings.js';
import type { ExplainBody, NearMissView } from './explain.dto.js';

const ASKED = [
  ['user', AppUser],
  ['mcpServer', McpServer],
  ['entryGateway', Gateway],
] as const satisfies readonly (readonly [keyof ExplainBody, EntityTarget<{ name: string }>])[];

/**
 * Names that were probably meant: those in the question that do not exist, and those in policies that do not exist, but are near
 * to what was asked about.
 */
export async function nearMisses(manager: EntityManager, asked: ExplainBody): Promise<NearMissView[]> {
  const inQuestion = await Promise.all(
    ASKED.map(([field, table]) => missIn(manager, table, field, asked[field])),
  );
  return [...inQuestion.filter((miss) => miss !== null), ...(await missesInPolicies(manager, asked))];
}

async function missIn(
  manager: EntityManager,
  table: EntityTarget<{ name: string }>,
  field: string,
  seen: string,
): Promise<NearMissView | null> {
  if (await manager.existsBy(table, { name: seen })) return null;
  const rows = await manager.find(table, { select: { name: true } });
  const meant = nearest(
    seen,
    rows.map(({ name }) => name),
  );
  return meant === null ? null : { policy: null, field, seen, nearest: meant };
}

async function missesInPolicies(manager: EntityManager, asked: ExplainBody): Promise<NearMissView[]> {
  const policies = await manager.find(Policy, { order: { name: 'ASC' } });
  const warnings = await policyWarnings(manager, policies);
  const meant = new Set([`user:${asked.user}`, asked.mcpServer, asked.method]);
  return policies.flatMap(({ name }, i) =>
    (warnings[i] ?? [])
      .filter((warning) => warning.nearest !== null && isAskedFor(warning.nearest, meant))
      .map(({ field, seen, nearest: near }) => ({ policy: name, field, seen, nearest: near! })),
  );
}

/** Which groups the user has is left to the caller to see. */
const isAskedFor = (name: string, meant: ReadonlySet<string | null>): boolean =>
  meant.has(name) || name.startsWith('group:');
