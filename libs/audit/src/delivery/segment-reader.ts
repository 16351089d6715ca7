import { open } from 'node:fs/promises';
import type { SpooledPart } from '#libs/contract';
import type { Segment } from '../spool/spool-files.js';

export interface ReadPart {
  record: SpooledPart;
  /** Offset after its line. */
  end: number;
}

export interface ReadLines {
  parts: ReadPart[];
  /** Offset after the last whole line that was read, damaged ones included. */
  end: number;
  /** Lines that are no record. */
  damaged: number;
}

export interface ReadLimit {
  bytes: number;
  records: number;
}

const NEWLINE = 0x0a;

/**
 * Reads whole lines of a segment from an offset on. An unfinished last line, left by a process that was killed while it
 * wrote, is not read.
 */
export async function readLines(segment: Segment, offset: number, limit: ReadLimit): Promise<ReadLines> {
  const chunk = await readChunk(segment.path, offset, Math.min(limit.bytes, segment.size - offset));
  const found: ReadLines = { parts: [], end: offset, damaged: 0 };
  for (let start = 0; found.parts.length < limit.records;) {
    const newline = chunk.indexOf(NEWLINE, start);
    if (newline === -1) break;
    found.end = offset + newline + 1;
    const record = parseRecord(chunk.toString('utf8', start, newline));
    if (record === null) found.damaged += 1;
    else found.parts.push({ record, end: found.end });
    start = newline + 1;
  }
  return found;
}

async function readChunk(path: string, offset: number, length: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function parseRecord(line: string): SpooledPart | null {
  try {
    const value: unknown = JSON.parse(line);
    return isSpooledPart(value) ? value : null;
  } catch {
    return null;
  }
}

function isSpooledPart(value: unknown): value is SpooledPart {
  if (typeof value !== 'object' || value === null) return false;
  const { seq, part } = value as Partial<SpooledPart>;
  return Number.isSafeInteger(seq) && typeof part === 'object' && part !== null;
}
