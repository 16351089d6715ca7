import type { Reason, ConfigServer } from '#libs/contract';
import type { Route } from '#libs/auth';
import type { Snapshot } from '#libs/snapshot';

export type RouteDecision = Route | { readonly kind: 'reject'; readonly reason: Reason };

/**
 * Where a request for this MCP server goes from this gateway. Gateways are compared by identity: the registry has resolved
 * the proxy URL to a gateway, so that case, a trailing slash or a default port cannot make a loop.
 * @param overHop The request came from another gateway; it is never passed on to a third.
 */
export function decideRoute(
  snapshot: Snapshot,
  ownGateway: string | null,
  server: ConfigServer,
  overHop: boolean,
): RouteDecision {
  const handler = server.handlers[0]?.gateway;
  if (handler === ownGateway && handler !== undefined) return { kind: 'upstream', server };
  if (overHop) return { kind: 'reject', reason: 'loop_detected' };
  const peer = handler === undefined ? undefined : snapshot.gateway(handler);
  return peer === undefined
    ? { kind: 'reject', reason: 'remote_gateway_unreachable' }
    : { kind: 'hop', server, peer };
}
