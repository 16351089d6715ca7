import { open } from 'node:fs/promises';
import type { Segment } from '../spool/spool-files.js';

/** A line of the spool as it lies in a chunk. Of its content, only the first members are known. */
export interface SpooledLine {
  seq: number;
  /** `seq` of the line that this one makes superfluous; 0 if there is none. */
  replaces: number;
  isIntent: boolean;
  /** From its first byte to behind its newline, offsets in the chunk. */
  start: number;
  end: number;
}

const NEWLINE = 0x0a;
const HEAD = /^\{"seq":(\d{1,16}),(?:"replaces":(\d{1,16}),)?"part":\{"phase":"(intent|outcome)",/;
/** Longest possible {@link HEAD}. */
const HEAD_BYTES = 96;

/**
 * Finds the lines in a chunk of a segment without parsing them. An unfinished last line, left by a process that was killed
 * while it wrote, is not found.
 */
export class LineScanner {
  /** Offset behind the last line that was looked at, damaged ones included. */
  end = 0;
  /** Lines that are no record. */
  damaged = 0;

  /** @param isWary Whether each line must be JSON as a whole, and not only begin like a record. */
  constructor(
    readonly chunk: Buffer,
    private readonly isWary: boolean,
  ) {}

  /** The next line that is a record, or null if the chunk holds no further one. */
  next(): SpooledLine | null {
    for (;;) {
      const start = this.end;
      const newline = this.chunk.indexOf(NEWLINE, start);
      if (newline === -1) return null;
      this.end = newline + 1;
      const line = this.read(start, newline);
      if (line !== null) return line;
      this.damaged += 1;
    }
  }

  private read(start: number, newline: number): SpooledLine | null {
    const { chunk } = this;
    const head = HEAD.exec(chunk.toString('latin1', start, Math.min(newline, start + HEAD_BYTES)));
    if (head === null) return null;
    if (this.isWary && !isJson(chunk.toString('utf8', start, newline))) return null;
    const [, seq, replaces, phase] = head;
    return {
      seq: Number(seq),
      replaces: Number(replaces ?? 0),
      isIntent: phase === 'intent',
      start,
      end: newline + 1,
    };
  }
}

/** @throws Error of the file system. */
export async function readChunk(segment: Segment, offset: number, maxBytes: number): Promise<Buffer> {
  const length = Math.min(maxBytes, segment.size - offset);
  const file = await open(segment.path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
