import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { GatewayFault, type AuditEnding, type AuditFacts, type AuditPart } from '#libs/contract';
import { AUDIT_OPTIONS, type AuditOptions } from '../audit-options.js';
import type { AuditIntent, AuditSink } from '../audit-sink.js';
import { boundedPart, MAX_LINE_BYTES } from './bounded-part.js';
import { DiskReserve, RESERVE_BYTES } from './disk-reserve.js';
import { OpenIntents } from './open-intents.js';
import { SegmentWriter } from './segment-writer.js';
import { bytesInSpool, newBoot, segmentPath, type Segment } from './spool-files.js';

const SEGMENT_BYTES = 4 * 1024 * 1024;
const SYNC_MS = 200;
/** Outcomes in memory while the disk takes nothing at all. */
const MAX_PARKED = 10_000;
/** Share of the spool open to requests that were refused, so that a flood of them cannot stop the allowed ones. */
const REFUSED_SHARE = 0.8;

interface SpooledIntent extends AuditIntent {
  readonly facts: AuditFacts;
}

const WRITTEN = Promise.resolve();
const NOT_ENDED: AuditEnding = {
  status: 'unknown',
  reason: null,
  hop: null,
  httpStatus: null,
  totalMs: null,
  downstreamMs: null,
  bytesIn: 0,
  bytesOut: 0,
};

/** The append-only log on disk of one process. Its parts stay until the control plane has given a receipt. */
@Injectable()
export class AuditSpool implements AuditSink {
  readonly boot = newBoot(new Date());
  private readonly logger = new Logger('AuditSpool');
  private readonly bootDirectory: string;
  private readonly reserve: DiskReserve;
  private readonly intents = new OpenIntents();
  private readonly finished: Segment[] = [];
  private writer: SegmentWriter;
  private parked: AuditPart[] = [];
  private seq = 0;
  private bytes: number;
  private lostParts = 0;
  private isFailing = false;
  private syncTimer: NodeJS.Timeout | null = null;
  private listener: () => void = () => undefined;

  /** @throws Error of the file system: a gateway that cannot write its spool does not start. */
  constructor(@Inject(AUDIT_OPTIONS) private readonly options: AuditOptions) {
    this.bootDirectory = join(options.directory, this.boot);
    mkdirSync(this.bootDirectory, { recursive: true, mode: 0o700 });
    this.bytes = bytesInSpool(options.directory) + RESERVE_BYTES;
    this.reserve = new DiskReserve(join(options.directory, 'reserve'));
    this.writer = this.nextSegment();
  }

  /** Bytes that the spool takes on disk, those kept in reserve included. */
  get usedBytes(): number {
    return this.bytes;
  }

  /** Parts of this process that could not be kept. */
  get lost(): number {
    return this.lostParts;
  }

  recordIntent(facts: AuditFacts, bytesIn: number): SpooledIntent {
    try {
      this.reserve.take();
      this.writeParked();
      this.appendIntent(boundedPart({ phase: 'intent', ...facts, ...NOT_ENDED, bytesIn }));
      this.recovered();
    } catch (cause) {
      this.failed('An intent was refused', cause);
      throw new GatewayFault('audit_unavailable', { cause });
    }
    return { requestId: facts.requestId, written: WRITTEN, facts };
  }

  recordOutcome(intent: SpooledIntent, ending: AuditEnding): void {
    this.recordEnd(intent.facts, ending);
  }

  recordRefusal(facts: AuditFacts, ending: AuditEnding): void {
    this.recordEnd(facts, ending);
  }

  private recordEnd(facts: AuditFacts, ending: AuditEnding): void {
    const bounded = boundedPart({ phase: 'outcome', ...facts, ...ending });
    const hasIntent = this.intents.isOpen(bounded);
    this.intents.close(bounded);
    try {
      this.appendOutcome(bounded, hasIntent);
    } catch (error) {
      this.failed('An outcome could not be written', error);
      this.park(bounded, hasIntent);
    }
  }

  /** Segments of this process, in order; the last one is still being written. */
  segments(): Segment[] {
    return [...this.finished, this.writer];
  }

  /** Calls back after each append. */
  onAppended(listener: () => void): void {
    this.listener = listener;
  }

  /** Deletes a finished segment that was delivered. Intents that are still open live on in the current segment. */
  drop(segment: Segment): void {
    for (const part of this.intents.heldBy(segment.firstSeq)) this.carry(part);
    this.finished.splice(this.finished.indexOf(segment), 1);
    this.remove(segment);
  }

  /** Deletes a delivered segment of an earlier boot. */
  remove(segment: Segment): void {
    rmSync(segment.path, { force: true });
    this.bytes -= segment.size;
  }

  /** Counts bytes that were added to an earlier boot. */
  grew(bytes: number): void {
    this.bytes += bytes;
  }

  private appendIntent(part: AuditPart): void {
    const line = this.lineOf(part);
    const needed = line.length + (this.intents.size + 1) * MAX_LINE_BYTES;
    if (this.bytes + needed > this.options.maxBytes) throw new Error('The audit spool is full');
    this.append(line);
    this.intents.open(part, this.writer.firstSeq);
  }

  /** The outcome of an intent always has room; that of a request that was never forwarded only as long as there is plenty. */
  private appendOutcome(part: AuditPart, hasIntent: boolean): void {
    const line = this.lineOf(part);
    const limit = this.options.maxBytes * REFUSED_SHARE - this.intents.size * MAX_LINE_BYTES;
    if (!hasIntent && this.bytes + line.length > limit) throw new Error('The audit spool is full');
    try {
      this.append(line);
    } catch (error) {
      if (!hasIntent) throw error;
      this.reserve.release();
      this.append(this.lineOf(part));
    }
  }

  private carry(part: AuditPart): void {
    this.append(this.lineOf(part));
    this.intents.open(part, this.writer.firstSeq);
  }

  private lineOf(part: AuditPart): Buffer {
    return Buffer.from(`{"seq":${this.seq + 1},"part":${JSON.stringify(part)}}\n`);
  }

  private append(line: Buffer): void {
    if (this.writer.size + line.length > SEGMENT_BYTES) this.rotate();
    this.writer.append(line);
    this.seq += 1;
    this.bytes += line.length;
    this.syncSoon();
    this.listener();
  }

  private rotate(): void {
    const full = this.writer;
    this.writer = this.nextSegment();
    this.finished.push(full);
    full.finish((error) => this.failed('A segment could not be synced', error));
  }

  private nextSegment(): SegmentWriter {
    return new SegmentWriter(segmentPath(this.bootDirectory, this.seq + 1), this.seq + 1);
  }

  private park(part: AuditPart, hasIntent: boolean): void {
    if (hasIntent && this.parked.length < MAX_PARKED) {
      this.parked.push(part);
      this.syncSoon();
    } else {
      this.lostParts += 1;
    }
  }

  private writeParked(): void {
    for (let part = this.parked[0]; part !== undefined; part = this.parked[0]) {
      this.append(this.lineOf(part));
      this.parked.shift();
    }
  }

  private syncSoon(): void {
    this.syncTimer ??= setTimeout(() => this.sync(), SYNC_MS).unref();
  }

  private sync(): void {
    this.syncTimer = null;
    try {
      this.writeParked();
    } catch {
      this.syncSoon();
    }
    this.writer.sync((error) => this.failed('The audit spool could not be synced', error));
  }

  private failed(what: string, error: unknown): void {
    if (!this.isFailing) this.logger.error(`${what}: ${String(error)}`);
    this.isFailing = true;
  }

  private recovered(): void {
    if (this.isFailing) this.logger.log('The audit spool takes records again');
    this.isFailing = false;
  }
}
