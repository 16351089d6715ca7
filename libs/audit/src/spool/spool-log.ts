import { rmSync } from 'node:fs';
import { Members } from '#libs/contract';
import type { LiveBoot } from './live-boot.js';
import { openEndingText, SpoolLine, type SpooledIntent } from './spool-line.js';
import { SegmentWriter } from './segment-writer.js';
import { segmentPath, type Segment } from './spool-files.js';

const MAX_SEGMENT_BYTES = 4 * 1024 * 1024;
/** A segment is deleted as a whole, so a small spool must have several. */
const SEGMENTS = 16;
const SYNC_MS = 200;
/** How far the extent that is kept may be behind, milliseconds. */
const EXTENT_MS = 20;

/** The append-only log of one process: numbered lines in segments, and the intents that have no outcome in it yet. */
export class SpoolLog {
  private readonly finished: Segment[] = [];
  private readonly open = new Members<SpooledIntent>();
  private writer: SegmentWriter;
  private seq = 0;
  private bytes = 0;
  private promised = 0;
  private readonly segmentBytes: number;
  private syncTimer: NodeJS.Timeout | null = null;
  private extentTimer: NodeJS.Timeout | null = null;

  /**
   * @param maxBytes Of the whole spool.
   * @param syncFailed is told when the disk could not keep what was written.
   * @throws Error of the file system.
   */
  constructor(
    private readonly boot: LiveBoot,
    maxBytes: number,
    private readonly syncFailed: (error: unknown) => void,
  ) {
    this.segmentBytes = Math.min(MAX_SEGMENT_BYTES, Math.floor(maxBytes / SEGMENTS));
    this.writer = this.nextSegment();
  }

  /** Bytes of all its segments. */
  get size(): number {
    return this.bytes;
  }

  /** Bytes that the outcomes of its open intents can take. */
  get promisedBytes(): number {
    return this.promised;
  }

  /** `seq` of the last line. */
  get written(): number {
    return this.seq;
  }

  /** In order; the last one is still being written. */
  segments(): Segment[] {
    return [...this.finished, this.writer];
  }

  /**
   * Writes the lines in one piece: all of them or none.
   * @throws Error of the file system, such as ENOSPC.
   */
  append(lines: readonly SpoolLine[]): void {
    const text = this.number(lines);
    try {
      this.write(text);
    } catch (error) {
      unnumber(lines);
      throw error;
    }
    this.seq += lines.length;
    for (const line of lines) this.follow(line);
    this.syncTimer ??= setTimeout(() => this.sync(), SYNC_MS).unref();
    this.extentTimer ??= setTimeout(() => this.keepExtent(), EXTENT_MS).unref();
  }

  /** Keeps on disk which lines there are. */
  keepExtent(): void {
    if (this.extentTimer !== null) clearTimeout(this.extentTimer);
    this.extentTimer = null;
    try {
      this.boot.keep({ written: this.seq });
    } catch (error) {
      this.syncFailed(error);
    }
  }

  /** Whether the segment is the one that is being written. */
  isCurrent(segment: Segment): boolean {
    return segment === this.writer;
  }

  /**
   * Ends the segment that is being written and begins another.
   * @throws Error of the file system.
   */
  rotate(): void {
    const full = this.writer;
    this.writer = this.nextSegment();
    this.finished.push(full);
    full.finish(this.syncFailed);
  }

  /**
   * Deletes a finished segment that was delivered. Intents that are still open live on in the current segment.
   * @throws Error of the file system.
   */
  drop(segment: Segment): void {
    for (const intent of this.open.all()) if (intent.segment === segment.firstSeq) this.carry(intent);
    const next = this.segments()[this.finished.indexOf(segment) + 1];
    if (next !== undefined) this.boot.keep({ written: this.seq, freed: next.firstSeq - 1 });
    rmSync(segment.path, { force: true });
    this.finished.splice(this.finished.indexOf(segment), 1);
    this.bytes -= segment.size;
  }

  private carry(intent: SpooledIntent): void {
    this.append([new SpoolLine('intent', intent, intent.facts, openEndingText(intent.bytesIn))]);
  }

  /** An outcome may be in the same group as its intent, so numbers are given while the text is made. */
  private number(lines: readonly SpoolLine[]): string {
    let text = '';
    let { seq } = this;
    for (const line of lines) {
      seq += 1;
      line.replaces = line.intent?.seq ?? 0;
      text += line.text(seq);
      if (line.phase === 'intent' && line.intent !== null) line.intent.seq = seq;
    }
    return text;
  }

  private write(text: string): void {
    const bytes = Buffer.from(text);
    if (this.writer.size > 0 && this.writer.size + bytes.length > this.segmentBytes) this.rotate();
    this.writer.append(bytes);
    this.bytes += bytes.length;
  }

  private follow({ phase, intent }: SpoolLine): void {
    if (intent === null) return;
    if (phase === 'outcome') return this.close(intent);
    intent.segment = this.writer.firstSeq;
    if (intent.place < 0) this.promised += intent.promisedBytes;
    this.open.add(intent);
  }

  private close(intent: SpooledIntent): void {
    if (intent.place >= 0) this.promised -= intent.promisedBytes;
    this.open.delete(intent);
  }

  private nextSegment(): SegmentWriter {
    return new SegmentWriter(segmentPath(this.boot.directory, this.seq + 1), this.seq + 1);
  }

  private sync(): void {
    this.syncTimer = null;
    this.writer.sync(this.syncFailed);
  }
}

function unnumber(lines: readonly SpoolLine[]): void {
  for (const line of lines.toReversed()) {
    if (line.phase === 'intent' && line.intent !== null) line.intent.seq = line.replaces;
  }
}
