import { GatewayFault, globMatches, negotiatesEra, type ConfigServer } from '#libs/contract';
import type { Asked, Caller, Decision, DenialReason, Principal } from '#libs/request';
import type { Snapshot } from '#libs/snapshot';
import { Access } from './access.js';
import { accessTo } from './access-evaluator.js';

const OUT_OF_SCOPE: Decision = { allowed: false, reason: 'access_denied', policy: null };

/** A caller, and what policy lets it do at one MCP server, as one snapshot has it. */
export interface Standing {
  readonly caller: Caller;
  readonly snapshot: Snapshot;
  /** Undefined if there is no such server; nothing is allowed then. */
  readonly server: ConfigServer | undefined;
  readonly access: Access;
  /** About what the request asks for; the scope of the credential is part of it. */
  readonly decision: Decision;
}

/** @param gateway Registry name of the deciding gateway; without one, nothing is allowed. */
export function standingOf(
  caller: Caller,
  snapshot: Snapshot,
  name: string,
  asked: Asked,
  gateway: string | null,
): Standing {
  const { principal } = caller;
  const server = snapshot.server(name);
  const access = gateway === null ? Access.NONE : accessTo(snapshot, principal, server, gateway);
  return { caller, snapshot, server, access, decision: decide(principal, name, asked, access) };
}

function decide({ serverScope }: Principal, server: string, asked: Asked, access: Access): Decision {
  if (!serverScope.some((pattern) => globMatches(pattern, server))) return OUT_OF_SCOPE;
  return access.decide(asked);
}

/**
 * A JSON-RPC error needs an id to answer to: a notification is refused as a whole. So is the negotiation of the era, which
 * such an error would decide.
 */
export function denialOf({ kind, method, tool }: Asked, reason: DenialReason): GatewayFault {
  if (reason === 'access_denied' || kind !== 'request' || negotiatesEra(method))
    return new GatewayFault('access_denied');
  return new GatewayFault(reason, { detail: (reason === 'tool_denied' ? tool : method) ?? '' });
}
