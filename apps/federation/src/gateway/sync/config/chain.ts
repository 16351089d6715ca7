import type { DeltaClaims, HeadClaims } from '#libs/contract';

/** Where a replica stands in the history of the configuration. */
export interface Position {
  epoch: number;
  revision: number;
  digest: string;
}

/** What a delta means from a position: only `next` may be applied. */
export type DeltaStep = 'next' | 'old' | 'gap';

/** What a head means from a position. `regression`: the control plane has lost or changed what this replica holds. */
export type HeadStep = 'same' | 'ahead' | 'regression';

export function stepOfDelta(at: Position | null, delta: DeltaClaims): DeltaStep {
  if (at === null || delta.epoch > at.epoch) return 'gap';
  if (delta.epoch < at.epoch || delta.revision <= at.revision) return 'old';
  const follows = delta.revision === at.revision + 1 && delta.previousDigest === at.digest;
  return follows ? 'next' : 'gap';
}

export function stepOfHead(at: Position | null, head: Omit<HeadClaims, 'revoked' | 'time'>): HeadStep {
  if (at === null || head.epoch > at.epoch) return 'ahead';
  if (head.epoch < at.epoch || head.revision < at.revision) return 'regression';
  if (head.revision > at.revision) return 'ahead';
  return head.digest === at.digest ? 'same' : 'regression';
}
