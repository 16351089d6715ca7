import { compareRevisions, type Revision } from '#libs/contract';
import type { Gateway, Replica } from '#libs/registry';
import { replicaState } from '../../fleet/replica-state.js';
import type { GatewayState } from './fleet.dto.js';

type Report = Pick<Replica, 'epoch' | 'revision' | 'lastSeenAt' | 'rejected'>;

/**
 * State of a gateway by what its replicas report. What live replicas serve comes first, because a replica that is no longer
 * live serves nobody; but if there is one, the gateway has lost something that was there.
 */
export function gatewayState(
  replicas: readonly Report[],
  gateway: Pick<Gateway, 'evictedAt'>,
  head: Revision,
  now: Date,
): GatewayState {
  if (!wasSeen(replicas, gateway)) return 'never_seen';
  const live = replicas.filter(({ lastSeenAt }) => replicaState(lastSeenAt, now) === 'live');
  if (live.length === 0) return 'down';
  if (live.some((replica) => replica.rejected !== null)) return 'rejecting';
  if (live.some((replica) => compareRevisions(replica, head) < 0)) return 'behind';
  return live.length === replicas.length ? 'ok' : 'degraded';
}

/** True if a replica of the gateway has ever enrolled. The last one is only ever removed by evicting it. */
export const wasSeen = (replicas: readonly unknown[], { evictedAt }: Pick<Gateway, 'evictedAt'>): boolean =>
  replicas.length > 0 || evictedAt !== null;
