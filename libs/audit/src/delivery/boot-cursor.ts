import { join } from 'node:path';
import { CheckedFile } from '#libs/storage';
import type { Segment } from '../spool/spool-files.js';
import { Batch } from './batch.js';
import { LineScanner, readChunk, type SpooledLine } from './line-scanner.js';
import { givenNumbers, lastNumber, type Given, type SeqRange } from './seq-range.js';

/** A batch must fit into one request, 1 MiB. */
const MAX_BATCH_BYTES = 768 * 1024;

/** What a cursor reads from: the segments of one boot. */
export interface BootSource {
  boot: string;
  directory: string;
  /** In order. */
  segments(): Segment[];
  /** Which numbers its lines have. */
  given(): Given;
  /** Where to begin if the receipt cannot be read: everything up to this `seq` was delivered and deleted. */
  freed: number;
  /** The process that writes this boot is this one: its last segment may still grow. */
  live: boolean;
  /** A segment was delivered to its end. @returns false if it stays, since it has grown or still may. */
  delivered(segment: Segment): boolean;
  /** Lines are not there, or damaged. @param path Where they should be. */
  lost(range: SeqRange, path: string): void;
}

interface Receipt {
  /** Everything up to this number is stored at the control plane, set aside, or known to be lost. */
  seq: number;
}

export const receiptFile = (bootDirectory: string): CheckedFile<Receipt> =>
  new CheckedFile(join(bootDirectory, 'receipt'));

/** How far one boot has been delivered. Nothing but a batch is held in memory; the rest is read back from the disk. */
export class BootCursor {
  private segment: Segment | null = null;
  private offset = 0;
  private readonly file: CheckedFile<Receipt>;
  private receipt: number;

  constructor(readonly source: BootSource) {
    this.file = receiptFile(source.directory);
    this.receipt = this.file.read().value?.seq ?? source.freed;
    this.keepReceipt(this.receipt);
  }

  /**
   * The next lines to deliver, or null when there is nothing more now.
   * @param maxRecords Most records to send.
   */
  async next(maxRecords: number): Promise<Batch | null> {
    for (let segment = this.current(); segment !== null; segment = this.current()) {
      const batch = await this.read(segment, maxRecords);
      if (batch !== null) return batch;
      if (this.offset >= segment.size && !this.leave(segment) && this.offset >= segment.size) return null;
    }
    this.settle(this.source.directory);
    return null;
  }

  /** Everything up to this line of the batch is stored, or set aside. */
  commit(batch: Batch, line: SpooledLine): void {
    this.offset = batch.endOf(line);
    this.keepReceipt(line.seq);
    const path = this.segment?.path ?? this.source.directory;
    for (const range of batch.missing) if (range.to < line.seq) this.source.lost(range, path);
  }

  close(): void {
    this.file.close();
  }

  private keepReceipt(seq: number): void {
    this.receipt = seq;
    this.file.write({ seq });
  }

  private current(): Segment | null {
    this.segment ??= this.source.segments()[0] ?? null;
    return this.segment;
  }

  private async read(segment: Segment, maxRecords: number): Promise<Batch | null> {
    const { size } = segment;
    if (this.offset >= size) return null;
    const scanner = new LineScanner(await readChunk(segment, this.offset, MAX_BATCH_BYTES));
    const batch = this.fresh(scanner, maxRecords);
    batch.hasMore = this.offset + scanner.end < size;
    if (batch.size > 0) return batch;
    this.offset = endOf(scanner, this.offset, size);
    return null;
  }

  /** Lines that have no receipt yet. */
  private fresh(scanner: LineScanner, maxRecords: number): Batch {
    const batch = new Batch(this.source.boot, scanner.chunk, this.offset);
    let expected = this.receipt + 1;
    while (batch.size < maxRecords) {
      const line = scanner.next();
      if (line === null) break;
      if (line.seq < expected) continue;
      batch.missing.push(...this.given({ from: expected, to: line.seq - 1 }));
      batch.add(line);
      expected = line.seq + 1;
    }
    return batch;
  }

  /** False if the segment stays, as the one that is still being written does. */
  private leave(segment: Segment): boolean {
    const isLast = this.source.segments().at(-1) === segment;
    if (this.source.live && isLast) this.settle(segment.path);
    if (!this.source.delivered(segment)) return false;
    this.segment = null;
    this.offset = 0;
    return true;
  }

  /** All lines have been read: what is still expected is not there. */
  private settle(path: string): void {
    const last = lastNumber(this.source.given());
    if (this.receipt >= last) return;
    const missing = this.given({ from: this.receipt + 1, to: last });
    this.keepReceipt(last);
    for (const range of missing) this.source.lost(range, path);
  }

  private given(range: SeqRange): SeqRange[] {
    return givenNumbers(range, this.source.given());
  }
}

/** Where to read on. Behind the last line, what has no end is passed over; at the end of the file nothing follows it. */
function endOf(scanner: LineScanner, offset: number, size: number): number {
  const { end, chunk } = scanner;
  if (end > 0) return offset + end;
  return chunk.length < MAX_BATCH_BYTES ? size : offset + chunk.length;
}
