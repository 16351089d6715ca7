import { handlingGateway, type Reason, type ConfigServer } from '#libs/contract';
import type { OwnGateway } from '#libs/request';
import type { Snapshot } from '#libs/snapshot';
import { GatewayHop, UpstreamHop, type NextHop } from '../next-hop/next-hop.js';

/** There is no way: the reason, and the gateway that handles the server, if it has one. */
export interface NoWay {
  readonly kind: 'reject';
  readonly reason: Reason;
  readonly handler: string | null;
}

/**
 * Where a request for this MCP server goes from this gateway. Gateways are compared by identity: the registry has resolved
 * the proxy URL to a gateway, so that case, a trailing slash or a default port cannot make a loop.
 * @param overHop The request came from another gateway; it is never passed on to a third.
 */
export function decideRoute(
  snapshot: Snapshot,
  own: Pick<OwnGateway, 'name' | 'label'>,
  server: ConfigServer,
  overHop: boolean,
): NextHop | NoWay {
  const handler = handlingGateway(server);
  if (handler === null) return reject('remote_gateway_unreachable', null);
  if (handler === own.name) return new UpstreamHop(own.label, server);
  if (overHop) return reject('loop_detected', handler);
  const peer = snapshot.gateway(handler);
  return peer === undefined
    ? reject('remote_gateway_unreachable', handler)
    : new GatewayHop(own.label, peer, server);
}

const reject = (reason: Reason, handler: string | null): NoWay => ({ kind: 'reject', reason, handler });
