import { handlingGateway, type GatewayRole } from '#libs/contract';
import type { DenialReason } from '#libs/request';
import type { Snapshot } from '#libs/snapshot';
import { Access } from './access.js';
import { accessTo } from './access-evaluator.js';
import type { Operation } from './operation.js';

/** A request that somebody might make; names need not exist. */
export interface ExplainQuery {
  user: string;
  /** Null: the groups that the registry has for the user. */
  groups: string[] | null;
  mcpServer: string;
  method: string | null;
  tool: string | null;
  entryGateway: string;
}

export interface ExplainedDecision {
  gateway: string;
  role: GatewayRole;
  decision: 'allow' | 'deny';
  policy: string | null;
  reason: DenialReason | null;
  revision: number;
}

export interface AccessExplanation {
  allowed: boolean;
  entryGateway: string;
  /** Null if the server is unknown. */
  handlingGateway: string | null;
  proxyHops: number;
  /** Of the entry gateway, then of the handling gateway if that is another one. */
  decisions: ExplainedDecision[];
  /** Names that the configuration does not have or has switched off, in words; absent where there is nothing to say. */
  hints?: string[];
}

/**
 * Says what would become of a request, by the code that decides about real ones. It answers for unknown names as a
 * gateway would: with a denial. The scope of tokens is not considered.
 */
export function explainAccess(snapshot: Snapshot, query: ExplainQuery): AccessExplanation {
  const server = snapshot.server(query.mcpServer);
  const handling = server === undefined ? null : handlingGateway(server);
  const hops = handling === null || handling === query.entryGateway ? 0 : 1;
  const decisions = [decisionAt(snapshot, query, query.entryGateway, 'entry')];
  if (hops === 1) decisions.push(decisionAt(snapshot, query, handling!, 'handling'));
  const hints = hintsAt(snapshot, query);
  return {
    allowed: decisions.every(({ decision }) => decision === 'allow'),
    entryGateway: query.entryGateway,
    handlingGateway: handling,
    proxyHops: hops,
    decisions,
    ...(hints.length > 0 && { hints }),
  };
}

/** A mistyped name is denied like any other: without a word, nobody would look there. */
function hintsAt(snapshot: Snapshot, { user, mcpServer, entryGateway }: ExplainQuery): string[] {
  const gateway = snapshot.gateway(entryGateway) && { enabled: true };
  return [
    hintOn(`user ${user}`, snapshot.user(user)),
    hintOn(`MCP server ${mcpServer}`, snapshot.server(mcpServer)),
    hintOn(`gateway ${entryGateway}`, gateway),
  ].filter((hint) => hint !== null);
}

function hintOn(what: string, entity: { readonly enabled: boolean } | undefined): string | null {
  if (entity === undefined) return `There is no ${what}`;
  return entity.enabled ? null : `The ${what} is disabled`;
}

function decisionAt(
  snapshot: Snapshot,
  query: ExplainQuery,
  gateway: string,
  role: GatewayRole,
): ExplainedDecision {
  const operation: Operation = { method: query.method, tool: query.tool };
  const { allowed, policy, reason } = accessAt(snapshot, query, gateway).decide(operation);
  return { gateway, role, decision: allowed ? 'allow' : 'deny', policy, reason, revision: snapshot.revision };
}

function accessAt(snapshot: Snapshot, query: ExplainQuery, gateway: string): Access {
  const user = snapshot.user(query.user);
  if (user?.enabled !== true || snapshot.gateway(gateway) === undefined) return Access.NONE;
  const groups = query.groups ?? user.groups;
  const server = snapshot.server(query.mcpServer);
  return accessTo(snapshot, { user: query.user, groups }, server, gateway);
}
