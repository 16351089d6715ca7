import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Segment } from '../spool/spool-files.js';
import { Batch } from './batch.js';
import { LineScanner, readChunk, type SpooledLine } from './line-scanner.js';

/** A batch must fit into one request, 1 MiB. */
const MAX_BATCH_BYTES = 768 * 1024;

/** Every receipt takes as much room in its file, so that none of an earlier one is left behind it. */
const RECEIPT_DIGITS = 16;

export interface BatchLimit {
  /** Most records to send. */
  records: number;
  /** See {@link LineScanner}. */
  isWary: boolean;
}

/** What a cursor reads from: the segments of one boot. */
export interface BootSource {
  boot: string;
  directory: string;
  /** In order. */
  segments(): Segment[];
  /** The process that writes this boot is this one: its last segment may still grow. */
  live: boolean;
  /** A segment was delivered to its end and will not be read again. */
  delivered(segment: Segment): void;
  /** Lines of a segment are no records and are left out. */
  damaged(segment: Segment, lines: number): void;
}

/** How far one boot has been delivered. Nothing but a batch is held in memory; the rest is read back from the disk. */
export class BootCursor {
  private segment: Segment | null = null;
  private offset = 0;
  private readonly receiptPath: string;
  private receipt: number;
  private hasReceiptFile = false;

  constructor(readonly source: BootSource) {
    this.receiptPath = join(source.directory, 'receipt');
    this.receipt = readReceipt(this.receiptPath);
  }

  /** The next lines to deliver, or null when there is nothing more now. */
  async next(limit: BatchLimit): Promise<Batch | null> {
    for (let segment = this.current(); segment !== null; segment = this.current()) {
      const batch = await this.read(segment, limit);
      if (batch !== null) return batch;
      if (this.offset >= segment.size && !this.leave(segment)) return null;
    }
    return null;
  }

  /** Everything up to this line of the batch is stored, or set aside. */
  commit(batch: Batch, line: SpooledLine): void {
    this.offset = batch.endOf(line);
    this.receipt = line.seq;
    this.keepReceipt();
  }

  /** Written over in place: file systems flush a file that is cut and written again, which would hold up the requests. */
  private keepReceipt(): void {
    const text = String(this.receipt).padStart(RECEIPT_DIGITS, '0');
    writeFileSync(this.receiptPath, text, { mode: 0o600, flag: this.hasReceiptFile ? 'r+' : 'w' });
    this.hasReceiptFile = true;
  }

  private current(): Segment | null {
    this.segment ??= this.source.segments()[0] ?? null;
    return this.segment;
  }

  private async read(segment: Segment, limit: BatchLimit): Promise<Batch | null> {
    const { size } = segment;
    if (this.offset >= size) return null;
    const scanner = new LineScanner(await readChunk(segment, this.offset, MAX_BATCH_BYTES), limit.isWary);
    const batch = this.fresh(scanner, limit.records);
    const isCut = scanner.end === 0;
    if (scanner.damaged > 0 || isCut) this.source.damaged(segment, scanner.damaged + Number(isCut));
    batch.hasMore = this.offset + scanner.end < size;
    if (batch.size > 0) return batch;
    this.offset = isCut ? size : this.offset + scanner.end;
    return null;
  }

  /** Lines that have no receipt yet. */
  private fresh(scanner: LineScanner, maxRecords: number): Batch {
    const batch = new Batch(this.source.boot, scanner.chunk, this.offset);
    while (batch.size < maxRecords) {
      const line = scanner.next();
      if (line === null) break;
      if (line.seq > this.receipt) batch.add(line);
    }
    return batch;
  }

  /** False if the segment is the one that is still being written. */
  private leave(segment: Segment): boolean {
    const isLast = this.source.segments().at(-1) === segment;
    if (this.source.live && isLast) return false;
    this.source.delivered(segment);
    this.segment = null;
    this.offset = 0;
    return true;
  }
}

/** A lost receipt costs a repetition, which the control plane ignores. */
function readReceipt(path: string): number {
  try {
    return Number(readFileSync(path, 'utf8')) || 0;
  } catch {
    return 0;
  }
}
