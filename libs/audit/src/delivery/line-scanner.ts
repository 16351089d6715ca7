import { open, type FileHandle } from 'node:fs/promises';
import { CHECKSUM_BYTES, isIntact } from '#libs/storage';
import type { Segment } from '../spool/spool-files.js';

/** A line of the spool as it lies in a chunk. Of its content, only the first members are known. */
export interface SpooledLine {
  seq: number;
  /** `seq` of the line that this one makes superfluous; 0 if there is none. */
  replaces: number;
  isIntent: boolean;
  /** From the first byte of its JSON to behind its newline, offsets in the chunk. */
  start: number;
  end: number;
}

const NEWLINE = 0x0a;
const HEAD = /^\{"seq":(\d{1,16}),(?:"replaces":(\d{1,16}),)?"part":\{"phase":"(intent|outcome)",/;
/** Longest possible {@link HEAD}. */
const HEAD_BYTES = 96;

/**
 * Finds the lines in a chunk of a segment without parsing them. A line that is not as it was written is not found; its
 * number tells that it is missing.
 */
export class LineScanner {
  /** Offset behind the last line that was looked at, damaged ones included. */
  end = 0;

  constructor(readonly chunk: Buffer) {}

  /** The next line that is intact, or null if the chunk holds no further one. */
  next(): SpooledLine | null {
    for (;;) {
      const start = this.end;
      const newline = this.chunk.indexOf(NEWLINE, start);
      if (newline === -1) return null;
      this.end = newline + 1;
      const line = this.read(start, newline);
      if (line !== null) return line;
    }
  }

  private read(start: number, newline: number): SpooledLine | null {
    const { chunk } = this;
    if (!isIntact(chunk.subarray(start, newline))) return null;
    const json = start + CHECKSUM_BYTES;
    const head = HEAD.exec(chunk.toString('latin1', json, Math.min(newline, json + HEAD_BYTES)));
    if (head === null) return null;
    const [, seq, replaces, phase] = head;
    return {
      seq: Number(seq),
      replaces: Number(replaces ?? 0),
      isIntent: phase === 'intent',
      start: json,
      end: newline + 1,
    };
  }
}

/**
 * Some bytes of a segment; none if it is shorter than it should be, or missing.
 * @throws Error of the file system.
 */
export async function readChunk({ path, size }: Segment, offset: number, maxBytes: number): Promise<Buffer> {
  const file = await openIfPresent(path);
  if (file === null) return Buffer.alloc(0);
  try {
    const length = Math.min(maxBytes, size - offset);
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function openIfPresent(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
