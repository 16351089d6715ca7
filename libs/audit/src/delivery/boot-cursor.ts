import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Segment } from '../spool/spool-files.js';
import { readLines, type ReadPart } from './segment-reader.js';

/** A batch must fit into one request, 1 MiB, with what JSON adds. */
const MAX_BATCH_BYTES = 768 * 1024;

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

  constructor(readonly source: BootSource) {
    this.receiptPath = join(source.directory, 'receipt');
    this.receipt = readReceipt(this.receiptPath);
  }

  /** The next parts to deliver; empty when there is nothing more now. */
  async next(maxRecords: number): Promise<ReadPart[]> {
    for (let segment = this.current(); segment !== null; segment = this.current()) {
      const parts = await this.read(segment, maxRecords);
      if (parts.length > 0) return parts;
      if (this.offset >= segment.size && !this.leave(segment)) return [];
    }
    return [];
  }

  /** Everything up to this part is stored, or set aside. */
  commit(part: ReadPart): void {
    this.offset = part.end;
    this.receipt = part.record.seq;
    writeFileSync(this.receiptPath, String(this.receipt), { mode: 0o600 });
  }

  private current(): Segment | null {
    this.segment ??= this.source.segments()[0] ?? null;
    return this.segment;
  }

  private async read(segment: Segment, maxRecords: number): Promise<ReadPart[]> {
    if (this.offset >= segment.size) return [];
    const size = segment.size;
    const found = await readLines(segment, this.offset, { bytes: MAX_BATCH_BYTES, records: maxRecords });
    if (found.damaged > 0) this.source.damaged(segment, found.damaged);
    const fresh = found.parts.filter((part) => part.record.seq > this.receipt);
    const isCut = found.end === this.offset;
    if (isCut) this.source.damaged(segment, 1);
    if (fresh.length === 0) this.offset = isCut ? size : found.end;
    return fresh;
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
