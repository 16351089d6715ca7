import type { OwnGateway } from '#libs/request';
import type { Snapshot } from '#libs/snapshot';
import type { GatewayHop, NextHop } from '../../next-hop/next-hop.js';
import { decideRoute } from '../../decision/routing.js';

/** True if a request that was sent this way would now be sent another: to another gateway, or another URL. */
export function hasMoved(
  taken: NextHop,
  snapshot: Snapshot,
  own: Pick<OwnGateway, 'name' | 'label'>,
  overHop: boolean,
): boolean {
  const server = snapshot.server(taken.server.name);
  if (server === undefined) return true;
  const next = decideRoute(snapshot, own, server, overHop);
  if (taken.kind === 'upstream') return next.kind !== 'upstream' || server.url !== taken.server.url;
  return next.kind !== 'hop' || next.name !== taken.name || hopUrl(next) !== hopUrl(taken);
}

const hopUrl = ({ peer }: GatewayHop): string => peer.hopUrl ?? peer.url;
