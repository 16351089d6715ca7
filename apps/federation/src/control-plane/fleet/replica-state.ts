/**
 * State of a replica by the age of its last heartbeat; one is due every three seconds.
 * - `live`: it counts for the state of its gateway, and for whether a change has arrived.
 * - `silent`: it may be restarting or cut off. The metrics that it reported last are still shown.
 * - `gone`: its metrics are no longer shown. After a day it is removed, see `ReplicaPruning`.
 */
export type ReplicaState = (typeof REPLICA_STATES)[number];
export const REPLICA_STATES = ['live', 'silent', 'gone'] as const;

const LIVE_FOR_MS = 15_000;
const GONE_AFTER_MS = 5 * 60_000;
const REMOVED_AFTER_MS = 24 * 3_600_000;

/** @param lastSeenAt When its last heartbeat came; null if it never sent one, which makes it silent. */
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
