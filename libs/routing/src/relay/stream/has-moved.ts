import type { Route } from '#libs/auth';
import type { Snapshot } from '#libs/snapshot';
import { decideRoute } from '../../decision/decide-route.js';

/** True if a request that was sent this way would now be sent another: to another gateway, or another URL. */
export function hasMoved(
  route: Route,
  snapshot: Snapshot,
  ownGateway: string | null,
  overHop: boolean,
): boolean {
  const server = snapshot.server(route.server.name);
  if (server === undefined) return true;
  const next = decideRoute(snapshot, ownGateway, server, overHop);
  if (route.kind === 'upstream') return next.kind !== 'upstream' || server.url !== route.server.url;
  return next.kind !== 'hop' || next.peer.name !== route.peer.name || hopUrl(next) !== hopUrl(route);
}

const hopUrl = ({ peer }: Extract<Route, { kind: 'hop' }>): string => peer.hopUrl ?? peer.url;
