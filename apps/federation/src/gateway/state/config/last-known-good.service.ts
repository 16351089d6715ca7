import { SnapshotStore, type Snapshot } from '#libs/snapshot';
import { Injectable, Logger } from '@nestjs/common';
import { join } from 'node:path';
import { DataDirectory } from '../data-directory.js';
import { ReplicaIdentity } from '../identity/replica-identity.js';
import { filesOf, listGenerations, removeOld } from './generations.js';
import { JournalFile } from './journal-file.js';
import { writeSnapshotFile, type Proof } from './snapshot-file.js';

/** Bytes of deltas after which a whole snapshot is written again. */
const MAX_JOURNAL_BYTES = 4 * 1024 * 1024;
/** Least time between two writes of the head, milliseconds: after a restart, staleness is right to within this. */
const HEAD_EVERY_MS = 10_000;
/** How long revocations are gathered before they are written, milliseconds. */
const TOMBSTONES_AFTER_MS = 200;
/** Pause after a disk failure, milliseconds. */
const RETRY_MS = 5000;

/** File of the newest head and of the tombstones. */
export const HEAD_FILE = 'head';
export const TOMBSTONES_FILE = 'tombstones';

/**
 * Keeps on disk all that a start without the control plane needs: the last good snapshot with a journal of the deltas
 * since, the newest head and the revocations, all encrypted. Nothing here fails or blocks its caller: what is served does
 * not depend on the disk.
 */
@Injectable()
export class LastKnownGood {
  private readonly logger = new Logger(LastKnownGood.name);
  private latest: { snapshot: Snapshot; proof: Proof } | null = null;
  private journal: JournalFile | null = null;
  private last: Promise<void> = Promise.resolve();
  /** Set after a disk failure, until the next attempt. */
  private retry: NodeJS.Timeout | null = null;
  private failing = false;
  private head: string | null = null;
  private headTimer: NodeJS.Timeout | null = null;
  private tombstonesTimer: NodeJS.Timeout | null = null;

  constructor(
    private readonly directory: DataDirectory,
    private readonly identity: ReplicaIdentity,
    private readonly store: SnapshotStore,
  ) {}

  /** The current snapshot was replaced by a fully loaded one. */
  replaced(snapshot: Snapshot, proof: Proof): void {
    this.latest = { snapshot, proof };
    this.enqueue(() => this.writeSnapshot());
  }

  /** The current snapshot was moved on by a delta, a JWS. */
  applied(delta: string): void {
    const snapshot = this.store.current;
    if (snapshot === null) return;
    this.latest = { snapshot, proof: { type: 'delta', jws: delta } };
    this.enqueue(() => this.append(delta));
  }

  /** A head was accepted, a JWS. */
  heard(head: string): void {
    this.head = head;
    this.headTimer ??= setTimeout(() => this.keepHead(), HEAD_EVERY_MS).unref();
  }

  /** There are new revocations. */
  revoked(): void {
    this.tombstonesTimer ??= setTimeout(() => this.keepTombstones(), TOMBSTONES_AFTER_MS).unref();
  }

  /** Writes what has not been written yet; for the end of the process. */
  async flush(): Promise<void> {
    if (this.headTimer !== null) this.keepHead();
    if (this.tombstonesTimer !== null) this.keepTombstones();
    await this.last;
    await this.closeJournal();
  }

  private keepHead(): void {
    clearTimeout(this.headTimer ?? undefined);
    this.headTimer = null;
    this.enqueue(() => this.directory.writeSealed(HEAD_FILE, this.head));
  }

  private keepTombstones(): void {
    clearTimeout(this.tombstonesTimer ?? undefined);
    this.tombstonesTimer = null;
    this.enqueue(() => this.directory.writeSealed(TOMBSTONES_FILE, this.store.tombstones()));
  }

  /** After a failure a delta is missing from the journal, so the next thing to write is a whole snapshot. */
  private async append(delta: string): Promise<void> {
    if (this.journal === null || this.journal.bytes > MAX_JOURNAL_BYTES) return this.writeSnapshot();
    await this.journal.append(delta);
  }

  private async writeSnapshot(): Promise<void> {
    const deploymentId = this.identity.enrolment?.deploymentId;
    if (this.latest === null || deploymentId === undefined || this.retry !== null) return;
    await this.closeJournal();
    const { configPath: path, box } = this.directory;
    const generation = ((await listGenerations(path))[0] ?? 0) + 1;
    const files = filesOf(generation);
    const proven = { ...this.latest, deploymentId };
    await writeSnapshotFile(join(path, files.snapshot), files.snapshot, box, proven);
    this.journal = await JournalFile.create(join(path, files.journal), files.journal, box);
    await removeOld(path);
    this.noteSuccess();
  }

  private async closeJournal(): Promise<void> {
    const { journal } = this;
    this.journal = null;
    await journal?.close().catch((error: Error) => this.logger.warn(`journal: ${error.message}`));
  }

  private enqueue(work: () => Promise<void>): void {
    this.last = this.last.then(() => this.attempt(work));
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      await this.noteFailure(error as Error);
    }
  }

  private tryAgain(): void {
    this.retry = null;
    this.enqueue(() => this.writeSnapshot());
  }

  private noteSuccess(): void {
    if (this.failing) this.logger.log('the configuration is kept on disk again');
    this.failing = false;
  }

  private async noteFailure(error: Error): Promise<void> {
    if (!this.failing) this.logger.error(`the configuration cannot be kept on disk: ${error.message}`);
    this.failing = true;
    this.retry ??= setTimeout(() => this.tryAgain(), RETRY_MS).unref();
    await this.closeJournal();
  }
}
