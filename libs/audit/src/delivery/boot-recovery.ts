import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { AuditPart, SpooledPart } from '#libs/contract';
import { OpenIntents } from '../spool/open-intents.js';
import { listSegments, segmentPath, type Segment } from '../spool/spool-files.js';
import { readLines } from './segment-reader.js';

const CHUNK = { bytes: 256 * 1024, records: 10_000 };
/** Numbers left out after the last one found: a loss of power may have taken numbers that were delivered already. */
const SEQ_GAP = 100_000;

interface BootEnd {
  intents: OpenIntents;
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
  const lines = intents.all().map((part, i) => lineOf({ seq: firstSeq + i, part: unknownOutcome(part) }));
  const path = segmentPath(bootDirectory, firstSeq);
  const bytes = Buffer.from(lines.join(''));
  await writeWhole(join(bootDirectory, 'unknown.tmp'), bytes);
  await rename(join(bootDirectory, 'unknown.tmp'), path);
  return { path, firstSeq, size: bytes.length };
}

async function readBoot(bootDirectory: string): Promise<BootEnd> {
  const end: BootEnd = { intents: new OpenIntents(), lastSeq: 0 };
  for (const segment of listSegments(bootDirectory)) {
    let offset = 0;
    for (;;) {
      const found = await readLines(segment, offset, CHUNK);
      for (const { record } of found.parts) follow(end, record);
      if (found.end === offset) break;
      offset = found.end;
    }
  }
  return end;
}

function follow(end: BootEnd, { seq, part }: SpooledPart): void {
  end.lastSeq = Math.max(end.lastSeq, seq);
  if (part.phase === 'intent') end.intents.open(part, 0);
  else end.intents.close(part);
}

const unknownOutcome = (intent: AuditPart): AuditPart => ({ ...intent, phase: 'outcome', status: 'unknown' });
const lineOf = (record: SpooledPart): string => `${JSON.stringify(record)}\n`;

async function writeWhole(path: string, bytes: Buffer): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(bytes);
    await file.datasync();
  } finally {
    await file.close();
  }
}
