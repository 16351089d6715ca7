import type { EntityChange } from '#libs/contract';
import { SnapshotDraft, type SnapshotIdentity } from './snapshot-draft.js';
import type { Snapshot } from './snapshot.js';

export interface SnapshotChange extends SnapshotIdentity {
  changes: readonly EntityChange[];
}

/**
 * The snapshot with the changes made; its cost grows with the changes, not with the snapshot. The order of revisions is
 * the caller's business.
 * @throws SnapshotRejected if an entity is invalid, a handler is unknown, or the digest differs.
 */
export function applyChanges(snapshot: Snapshot, change: SnapshotChange): Snapshot {
  const draft = new SnapshotDraft(snapshot);
  for (const each of change.changes) {
    if (each.op === 'put') draft.put({ kind: each.kind, key: each.key, body: each.body });
    else draft.delete(each.kind, each.key);
  }
  for (const bucket of draft.touched()) draft.hashBucket(bucket);
  return draft.finish(change);
}
