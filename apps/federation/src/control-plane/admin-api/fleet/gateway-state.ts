import { compareRevisions, type Revision } from '#libs/contract';
import type { Replica } from '#libs/registry';
import type { GatewayState } from './fleet.dto.js';

/** Without a heartbeat for longer, a replica counts as silent, milliseconds. */
const SILENT_MS = 15_000;

type Report = Pick<Replica, 'epoch' | 'revision' | 'lastSeenAt' | 'rejected'>;

/** State of a gateway by what its live replicas report; replicas that are gone do not count beside live ones. */
export function gatewayState(replicas: readonly Report[], head: Revision, now: Date): GatewayState {
  if (replicas.length === 0) return 'never_seen';
  const live = replicas.filter(
    (replica) => now.getTime() - (replica.lastSeenAt?.getTime() ?? 0) <= SILENT_MS,
  );
  if (live.length === 0) return 'silent';
  if (live.some((replica) => replica.rejected !== null)) return 'rejecting';
  return live.every((replica) => compareRevisions(replica, head) >= 0) ? 'ok' : 'behind';
}
