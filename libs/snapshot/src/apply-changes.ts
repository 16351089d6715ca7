import { CONFIG_CHANGES, errorText, type ConfigChange } from '#libs/contract';
import { TimeSlicer } from './time-slicer.js';
import { SnapshotDraft, type ExpectedVersion } from './snapshot-draft.js';
import { SnapshotRejected } from './snapshot-rejected.js';
import type { Snapshot } from './snapshot.js';

export interface SnapshotChange extends ExpectedVersion {
  changes: readonly ConfigChange[];
}

/**
 * The snapshot with the changes made; its cost grows with the changes, not with the snapshot. The order of revisions is
 * the caller's business.
 * @throws SnapshotRejected if this version cannot read a change, an item is invalid, a handler is unknown, or the digest differs.
 */
export function applyChanges(snapshot: Snapshot, change: SnapshotChange): Snapshot {
  assertReadable(change.changes);
  const draft = new SnapshotDraft(snapshot);
  for (const each of change.changes) make(draft, each);
  for (const bucket of draft.touched()) draft.hashBucket(bucket);
  return draft.finish(change);
}

/** As {@link applyChanges}, in slices between which the event loop serves requests: one change may touch thousands. */
export async function applyChangesInSlices(snapshot: Snapshot, change: SnapshotChange): Promise<Snapshot> {
  assertReadable(change.changes);
  const slicer = new TimeSlicer();
  const draft = new SnapshotDraft(snapshot);
  for (const each of change.changes) {
    make(draft, each);
    await slicer.pause();
  }
  for (const bucket of draft.touched()) {
    draft.hashBucket(bucket);
    await slicer.pause();
  }
  return draft.finish(change);
}

function assertReadable(changes: unknown): void {
  const [error] = CONFIG_CHANGES.errors(changes, 1);
  if (error !== undefined)
    throw new SnapshotRejected('snapshot_invalid', `a change cannot be read: ${errorText(error)}`);
}

function make(draft: SnapshotDraft, change: ConfigChange): void {
  if (change.op === 'put') draft.put({ kind: change.kind, key: change.key, body: change.body });
  else draft.delete(change.kind, change.key);
}
