/**
 * State of a replica by the age of its last heartbeat; one is due every three seconds.
 * - `live`: it serves, and counts wherever it is asked what a gateway serves.
 * - `silent`: it may be restarting or cut off. What it reported last is still shown.
 * - `gone`: nothing of it is shown any more.
 */
export type ReplicaState = 'live' | 'silent' | 'gone';

const LIVE_FOR_MS = 15_000;
const GONE_AFTER_MS = 5 * 60_000;
/** A replica that is gone for longer is removed, see `ReplicaPruning`. */
const REMOVED_AFTER_MS = 24 * 3_600_000;

/** @param lastSeenAt Null before the first heartbeat: such a replica is silent. */
export function replicaState(lastSeenAt: Date | null, now = new Date()): ReplicaState {
  if (lastSeenAt === null) return 'silent';
  if (lastSeenAt >= liveSince(now)) return 'live';
  return lastSeenAt >= shownSince(now) ? 'silent' : 'gone';
}

/** A replica is live if its last heartbeat came at this time or later. */
export const liveSince = (now = new Date()): Date => new Date(now.getTime() - LIVE_FOR_MS);

/** A replica is not gone if its last heartbeat came at this time or later. */
export const shownSince = (now = new Date()): Date => new Date(now.getTime() - GONE_AFTER_MS);

/** A replica may be removed if its last heartbeat came before this time. */
export const keptSince = (now = new Date()): Date => new Date(now.getTime() - REMOVED_AFTER_MS);
