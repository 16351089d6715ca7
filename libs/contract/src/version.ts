import { EMPTY_DIGEST } from './digest.js';

/**
 * One version of the configuration. Revisions count up within an epoch; a new epoch begins when an operator accepts a
 * restored backup. Two versions with the same epoch and revision but different digests come from different histories.
 */
export interface Version {
  epoch: number;
  revision: number;
  /** Digest of the snapshot at that revision. */
  digest: string;
}

/** The part of a version that has an order. */
export type Revision = Pick<Version, 'epoch' | 'revision'>;

/** The empty configuration, before the first revision. */
export const EMPTY_VERSION: Version = { epoch: 0, revision: 0, digest: EMPTY_DIGEST };

/** Below 0 if `a` comes before `b`, above 0 if it comes after, 0 if they are the same revision. */
export const compareRevisions = (a: Revision, b: Revision): number =>
  a.epoch - b.epoch || a.revision - b.revision;

/** True if the two are the same revision of the same history. */
export const isSameVersion = (a: Version, b: Version): boolean =>
  compareRevisions(a, b) === 0 && a.digest === b.digest;

/** What a delta means to somebody who holds a version: only `next` may be applied. */
export type DeltaStep = 'next' | 'old' | 'gap';

/** What a head means to somebody who holds a version. `regression`: what is held was lost or changed at its source. */
export type HeadStep = 'same' | 'ahead' | 'regression';

/** @param held Null while nothing is held: every delta is a gap then. */
export function stepOfDelta(held: Version | null, delta: Revision & { previousDigest: string }): DeltaStep {
  if (held === null || delta.epoch > held.epoch) return 'gap';
  if (compareRevisions(delta, held) <= 0) return 'old';
  const follows = delta.revision === held.revision + 1 && delta.previousDigest === held.digest;
  return follows ? 'next' : 'gap';
}

/** @param held Null while nothing is held: every head is ahead then. */
export function stepOfHead(held: Version | null, head: Version): HeadStep {
  if (held === null || compareRevisions(head, held) > 0) return 'ahead';
  return isSameVersion(head, held) ? 'same' : 'regression';
}
