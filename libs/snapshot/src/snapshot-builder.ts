import type { ConfigItem } from '#libs/contract';
import { TimeSlicer } from './time-slicer.js';
import { SnapshotDraft, type ExpectedVersion } from './snapshot-draft.js';
import { Snapshot } from './snapshot.js';

/** Builds a snapshot from a full load, entity by entity. */
export class SnapshotBuilder {
  private readonly draft: SnapshotDraft;
  private readonly slicer = new TimeSlicer();

  /** @param known The snapshot held so far, whose unchanged entries are taken over. */
  constructor(known: Snapshot = Snapshot.EMPTY) {
    this.draft = new SnapshotDraft(Snapshot.EMPTY, known);
  }

  /** Adds one entity; await {@link pause} after it where the event loop serves requests.
   * @throws SnapshotRejected */
  add(raw: ConfigItem): void {
    this.draft.put(raw);
  }

  /** Lets the event loop run, if it has been kept busy for some milliseconds. */
  pause(): Promise<void> | undefined {
    return this.slicer.pause();
  }

  /** The snapshot, hashed in slices so that the event loop is never held up.
   * @throws SnapshotRejected */
  async finish(identity: ExpectedVersion): Promise<Snapshot> {
    for (const bucket of this.draft.touched()) {
      this.draft.hashBucket(bucket);
      await this.slicer.pause();
    }
    return this.draft.finish(identity);
  }
}
