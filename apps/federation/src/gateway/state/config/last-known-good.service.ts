import { EMPTY_VERSION, type Revocation, type Version } from '#libs/contract';
import { SnapshotStore, type Snapshot } from '#libs/snapshot';
import { Injectable, Logger } from '@nestjs/common';
import { join } from 'node:path';
import { DataDirectory } from '../data-directory.js';
import { ReplicaIdentity } from '../identity/replica-identity.js';
import { filesOf, listGenerations, removeOld } from './generations.js';
import { writeMark, type Mark } from './high-water-mark.js';
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

/** Content of the tombstones file. */
export interface KeptTombstones {
  /** Counts the writes; the mark says which one must be there at least. */
  number: number;
  revoked: Revocation[];
}

type Listener = () => void;

/**
 * Keeps on disk all that a start without the control plane needs: the last good snapshot with a journal of the deltas
 * since, the newest head and the revocations, all encrypted. After each of them the mark is raised, whether it could be
 * written or not, so that a start does not take less for all. Nothing here fails or blocks its caller: what is served does
 * not depend on the disk.
 */
@Injectable()
export class LastKnownGood {
  private readonly logger = new Logger(LastKnownGood.name);
  private latest: { snapshot: Snapshot; proof: Proof } | null = null;
  /** Deltas up to `latest` that are not in the journal yet. */
  private pending: string[] = [];
  private mustWriteWhole = false;
  private journal: JournalFile | null = null;
  private mark: Mark | null = null;
  /** Number of the newest tombstones file. */
  private tombstones = 0;
  private areTombstonesDue = false;
  private last: Promise<void> = Promise.resolve();
  private isConfigQueued = false;
  /** Set after a disk failure, until the next attempt. */
  private retry: NodeJS.Timeout | null = null;
  private failing = false;
  private head: string | null = null;
  private headTimer: NodeJS.Timeout | null = null;
  private tombstonesTimer: NodeJS.Timeout | null = null;
  private readonly listeners = new Set<Listener>();

  constructor(
    private readonly directory: DataDirectory,
    private readonly identity: ReplicaIdentity,
    private readonly store: SnapshotStore,
  ) {}

  /**
   * The newest version that no restart falls behind: it comes back, or nothing is served until the control plane has been
   * reached. Null before the first.
   */
  get kept(): Version | null {
    return this.mark;
  }

  /** Calls back when there is a newer kept version; returns the way to stop that. */
  onKept(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /**
   * Goes on from what was found on disk at start.
   * @param mark What a restart must reach from now on; null if that is not known.
   * @param tombstones Number of the tombstones file; 0 if it cannot be read.
   */
  resume(mark: Mark | null, tombstones: number): void {
    this.mark = mark;
    this.tombstones = Math.max(tombstones, mark?.tombstones ?? 0);
    if (mark !== null) this.enqueue(() => this.raise(mark));
  }

  /** The current snapshot was replaced by a fully loaded one, and the revocations came with it. */
  replaced(snapshot: Snapshot, proof: Proof): void {
    this.latest = { snapshot, proof };
    this.mustWriteWhole = true;
    this.keepConfigSoon();
    this.revoked();
  }

  /** The current snapshot was moved on by a delta, a JWS. */
  applied(delta: string): void {
    const snapshot = this.store.current;
    if (snapshot === null) return;
    this.latest = { snapshot, proof: { type: 'delta', jws: delta } };
    this.pending.push(delta);
    this.keepConfigSoon();
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
    this.enqueue(() => this.writeTombstones());
    this.enqueue(() => this.raise({ tombstones: this.tombstones }));
  }

  private async writeTombstones(): Promise<void> {
    const kept: KeptTombstones = { number: ++this.tombstones, revoked: this.store.tombstones() };
    this.areTombstonesDue = true;
    await this.directory.writeSealed(TOMBSTONES_FILE, kept);
    this.areTombstonesDue = false;
  }

  /** Whatever was applied by the time of the writing is written at once. */
  private keepConfigSoon(): void {
    if (this.isConfigQueued) return;
    this.isConfigQueued = true;
    this.enqueue(() => this.keepConfig());
  }

  private async keepConfig(): Promise<void> {
    this.isConfigQueued = false;
    const { latest, identity } = this;
    const deploymentId = identity.enrolment?.deploymentId;
    if (latest === null || deploymentId === undefined) return;
    await this.attempt(() => this.writeConfig(deploymentId));
    const { epoch, revision, digest } = latest.snapshot;
    await this.raise({ deploymentId, epoch, revision, digest, tombstones: this.tombstones });
    if (this.retry === null) this.noteSuccess();
    for (const listener of this.listeners) listener();
  }

  /**
   * Until a snapshot has been held, nothing is known that could be lost, and a mark must not hide that one was.
   * @throws Error if the disk does not allow it; then the version does not count as kept.
   */
  private async raise(to: Mark | Pick<Mark, 'tombstones'>): Promise<void> {
    const next = 'digest' in to ? to : this.mark && { ...this.mark, ...to };
    if (next === null) return;
    await writeMark(this.directory, next);
    this.mark = next;
  }

  /** After a failure a delta is missing from the journal, so the next thing to write is a whole snapshot. */
  private async writeConfig(deploymentId: string): Promise<void> {
    const deltas = this.pending;
    this.pending = [];
    if (!this.mustWriteWhole) await this.journal?.append(deltas);
    const isDue = this.mustWriteWhole || this.journal === null || this.journal.bytes > MAX_JOURNAL_BYTES;
    if (isDue && this.retry === null) await this.writeSnapshot(deploymentId);
  }

  private async writeSnapshot(deploymentId: string): Promise<void> {
    if (this.latest === null) return;
    await this.closeJournal();
    const { configPath: path, box } = this.directory;
    const generation = ((await listGenerations(path))[0] ?? 0) + 1;
    const files = filesOf(generation);
    this.mustWriteWhole = false;
    if (generation === 1) await this.raise({ ...EMPTY_VERSION, deploymentId, tombstones: this.tombstones });
    const proven = { ...this.latest, deploymentId };
    await writeSnapshotFile(join(path, files.snapshot), files.snapshot, box, proven);
    this.journal = await JournalFile.create(join(path, files.journal), files.journal, box);
    await removeOld(path);
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
    this.mustWriteWhole = true;
    this.keepConfigSoon();
    if (this.areTombstonesDue) this.keepTombstones();
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
