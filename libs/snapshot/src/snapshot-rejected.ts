import type { RejectedChange } from '#libs/contract';

/** A change or a full load that cannot become the current snapshot; the old one stays. */
export class SnapshotRejected extends Error {
  constructor(
    readonly reason: RejectedChange['reason'],
    readonly detail: string,
  ) {
    super(`${reason}: ${detail}`);
  }
}
