import { GatewayFault, globMatches, negotiatesEra } from '#libs/contract';
import type { Snapshot } from '#libs/snapshot';
import { Access, accessTo, type Decision, type DenialReason } from '../access/index.js';
import type { Exchange } from '../exchange/exchange.js';
import type { Principal } from '../principal.js';

const OUT_OF_SCOPE: Decision = { allowed: false, reason: 'access_denied', policy: null };

/** Who calls, and what the caller may do, as one snapshot has it. */
export interface Standing {
  readonly snapshot: Snapshot;
  readonly principal: Principal;
  /** What policy lets the caller do at the exchange's MCP server. */
  readonly access: Access;
  /** About what the exchange asks for; the scope of the credential is part of it. */
  readonly decision: Decision;
}

/** @param gateway Registry name of the deciding gateway; without one, nothing is allowed. */
export function standingOf(
  exchange: Exchange,
  snapshot: Snapshot,
  principal: Principal,
  gateway: string | null,
): Standing {
  const access = gateway === null ? Access.NONE : accessTo(snapshot, principal, exchange.server, gateway);
  return { snapshot, principal, access, decision: decide(exchange, principal, access) };
}

function decide({ envelope, server, tool }: Exchange, { serverScope }: Principal, access: Access): Decision {
  if (!serverScope.some((pattern) => globMatches(pattern, server))) return OUT_OF_SCOPE;
  return access.decide({ method: envelope?.method ?? null, tool });
}

/**
 * A JSON-RPC error needs an id to answer to: a notification is refused as a whole. So is the negotiation of the era, which
 * such an error would decide.
 */
export function denialOf({ envelope, tool }: Exchange, reason: DenialReason): GatewayFault {
  if (reason === 'access_denied' || envelope?.kind !== 'request' || negotiatesEra(envelope.method))
    return new GatewayFault('access_denied');
  const detail = reason === 'tool_denied' ? tool : envelope.method;
  return new GatewayFault(reason, { detail: detail ?? '' });
}
