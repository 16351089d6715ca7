import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { listSegments, segmentPath, type Segment } from '../spool/spool-files.js';
import { LineScanner, readChunk, type SpooledLine } from './line-scanner.js';

const CHUNK_BYTES = 256 * 1024;
/** Numbers left out after the last one found: a loss of power may have taken numbers that were delivered already. */
const SEQ_GAP = 100_000;

interface BootEnd {
  /** Lines of the intents that no later line replaces, by `seq`. */
  intents: Map<number, string>;
  lastSeq: number;
}

/**
 * Ends an earlier boot: each of its intents without an outcome gets one with status `unknown`. Repeating it is harmless.
 * @returns the segment with these outcomes, or null if there was no open intent.
 * @throws Error of the file system.
 */
export async function closeBoot(bootDirectory: string): Promise<Segment | null> {
  const { intents, lastSeq } = await readBoot(bootDirectory);
  if (intents.size === 0) return null;
  const firstSeq = lastSeq + SEQ_GAP;
  const lines = [...intents].map(([seq, line], i) => unknownOutcome(line, seq, firstSeq + i));
  const path = segmentPath(bootDirectory, firstSeq);
  const bytes = Buffer.from(lines.join(''));
  await writeWhole(join(bootDirectory, 'unknown.tmp'), bytes);
  await rename(join(bootDirectory, 'unknown.tmp'), path);
  return { path, firstSeq, size: bytes.length };
}

async function readBoot(bootDirectory: string): Promise<BootEnd> {
  const end: BootEnd = { intents: new Map(), lastSeq: 0 };
  for (const segment of listSegments(bootDirectory)) {
    for (let offset = 0, read = 1; read > 0; offset += read) read = await readOn(segment, offset, end);
  }
  return end;
}

/** @returns how many bytes were read. */
async function readOn(segment: Segment, offset: number, end: BootEnd): Promise<number> {
  const scanner = new LineScanner(await readChunk(segment, offset, CHUNK_BYTES), false);
  for (let line = scanner.next(); line !== null; line = scanner.next()) follow(end, line, scanner.chunk);
  return scanner.end;
}

function follow(end: BootEnd, line: SpooledLine, chunk: Buffer): void {
  end.lastSeq = Math.max(end.lastSeq, line.seq);
  end.intents.delete(line.replaces);
  if (line.isIntent) end.intents.set(line.seq, chunk.toString('utf8', line.start, line.end));
}

/** An intent has the status `unknown` already. */
function unknownOutcome(intent: string, replaces: number, seq: number): string {
  const members = intent.slice(intent.indexOf(INTENT) + INTENT.length);
  return `{"seq":${seq},"replaces":${replaces},"part":{"phase":"outcome"${members}`;
}

const INTENT = '"part":{"phase":"intent"';

async function writeWhole(path: string, bytes: Buffer): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(bytes);
    await file.datasync();
  } finally {
    await file.close();
  }
}
