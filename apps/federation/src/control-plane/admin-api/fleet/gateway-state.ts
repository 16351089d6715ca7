import { compareRevisions, type Revision } from '#libs/contract';
import type { Replica } from '#libs/registry';
import { replicaState } from '../../fleet/replica-state.js';
import type { GatewayState } from './fleet.dto.js';

type Report = Pick<Replica, 'epoch' | 'revision' | 'lastSeenAt' | 'rejected'>;

/** State of a gateway by what its live replicas report; the others do not count beside them. */
export function gatewayState(replicas: readonly Report[], head: Revision, now: Date): GatewayState {
  if (replicas.length === 0) return 'never_seen';
  const live = replicas.filter(({ lastSeenAt }) => replicaState(lastSeenAt, now) === 'live');
  if (live.length === 0) return 'silent';
  if (live.some((replica) => replica.rejected !== null)) return 'rejecting';
  return live.every((replica) => compareRevisions(replica, head) >= 0) ? 'ok' : 'behind';
}
