import { rmSync } from 'node:fs';
import { Members } from '#libs/contract';
import { openEndingText, SpoolLine, type SpooledIntent } from './spool-line.js';
import { SegmentWriter } from './segment-writer.js';
import { segmentPath, type Segment } from './spool-files.js';

const SEGMENT_BYTES = 4 * 1024 * 1024;
const SYNC_MS = 200;

/** The append-only log of one process: numbered lines in segments, and the intents that have no outcome in it yet. */
export class SpoolLog {
  private readonly finished: Segment[] = [];
  private readonly open = new Members<SpooledIntent>();
  private writer: SegmentWriter;
  private seq = 0;
  private bytes = 0;
  private syncTimer: NodeJS.Timeout | null = null;

  /**
   * @param directory of this boot.
   * @param syncFailed is told when the disk could not keep what was written.
   * @throws Error of the file system.
   */
  constructor(
    private readonly directory: string,
    private readonly syncFailed: (error: Error) => void,
  ) {
    this.writer = this.nextSegment();
  }

  /** Bytes of all its segments. */
  get size(): number {
    return this.bytes;
  }

  get openIntents(): number {
    return this.open.size;
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
  }

  /**
   * Deletes a finished segment that was delivered. Intents that are still open live on in the current segment.
   * @throws Error of the file system.
   */
  drop(segment: Segment): void {
    for (const intent of this.open.all()) if (intent.segment === segment.firstSeq) this.carry(intent);
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
    if (this.writer.size > 0 && this.writer.size + bytes.length > SEGMENT_BYTES) this.rotate();
    this.writer.append(bytes);
    this.bytes += bytes.length;
  }

  private follow({ phase, intent }: SpoolLine): void {
    if (intent === null) return;
    if (phase === 'outcome') return this.open.delete(intent);
    intent.segment = this.writer.firstSeq;
    this.open.add(intent);
  }

  private rotate(): void {
    const full = this.writer;
    this.writer = this.nextSegment();
    this.finished.push(full);
    full.finish(this.syncFailed);
  }

  private nextSegment(): SegmentWriter {
    return new SegmentWriter(segmentPath(this.directory, this.seq + 1), this.seq + 1);
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
