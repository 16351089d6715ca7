import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { withChecksum, type Checked } from '#libs/storage';
import { extentFile, thisKernel, type BootExtent } from '../spool/live-boot.js';
import { listSegments, segmentPath, type Segment } from '../spool/spool-files.js';
import { receiptFile } from './boot-cursor.js';
import { LineScanner, readChunk, type SpooledLine } from './line-scanner.js';

const CHUNK_BYTES = 256 * 1024;
/** Numbers left out after the last one found: a loss of power may have taken numbers that were delivered already. */
const SEQ_GAP = 100_000;

/** An earlier boot, ready to be delivered. */
export interface ClosedBoot {
  segments: Segment[];
  extent: BootExtent;
  /** Bytes that were added to it. */
  grewBy: number;
  /** Files that were damaged or missing; what they said is known from others, as far as it can be. */
  damaged: string[];
}

/** What the lines of a boot say. */
interface Content {
  /** Lines of the intents that no later line replaces, by `seq`. */
  intents: Map<number, string>;
  /** Last `seq` that its own process has given. */
  last: number;
  closing: readonly [number, number] | null;
}

/**
 * Ends an earlier boot: each of its intents without an outcome gets one with status `unknown`. Repeating it is harmless.
 * @throws Error of the file system.
 */
export async function closeBoot(bootDirectory: string): Promise<ClosedBoot> {
  const receipt = receiptFile(bootDirectory);
  const file = extentFile(bootDirectory);
  const [known, delivered] = [file.read(), receipt.read()];
  const found = await readContent(bootDirectory, known.value?.written ?? delivered.value?.seq ?? 0);
  const added = await addOutcomes(bootDirectory, found);
  const segments = listSegments(bootDirectory);
  const freed = known.value?.freed ?? delivered.value?.seq ?? (segments[0]?.firstSeq ?? 1) - 1;
  const extent = extentOf(found, freed, known.value);
  file.write(extent);
  file.close();
  const isUsed = segments.length > 0 || known.value !== null || delivered.value !== null;
  const damaged = isUsed
    ? [...pathIfDamaged(file.path, known), ...pathIfDamaged(receipt.path, delivered)]
    : [];
  return { segments, extent, grewBy: added, damaged };
}

const pathIfDamaged = (path: string, checked: Checked<unknown>): string[] =>
  'fault' in checked ? [`${path} (${checked.fault})`] : [];

const extentOf = ({ last, closing }: Content, freed: number, known: BootExtent | null): BootExtent => ({
  kernel: thisKernel(),
  beat: known?.beat ?? 0,
  written: last,
  freed,
  closing,
});

/** @returns bytes that were added. */
async function addOutcomes(bootDirectory: string, content: Content): Promise<number> {
  const { intents, last, closing } = content;
  if (intents.size === 0) return 0;
  const firstSeq = (closing?.[1] ?? last) + SEQ_GAP;
  const lines = [...intents].map(([seq, line], i) => unknownOutcome(line, seq, firstSeq + i));
  const bytes = Buffer.from(lines.join(''));
  await writeWhole(join(bootDirectory, 'unknown.tmp'), bytes);
  await rename(join(bootDirectory, 'unknown.tmp'), segmentPath(bootDirectory, firstSeq));
  content.closing = [closing?.[0] ?? firstSeq, firstSeq + lines.length - 1];
  return bytes.length;
}

/** @param written `seq` of a line that the boot is known to have had. */
async function readContent(bootDirectory: string, written: number): Promise<Content> {
  const content: Content = { intents: new Map(), last: written, closing: null };
  for (const segment of listSegments(bootDirectory)) {
    for (let offset = 0; offset < segment.size;) offset += await readOn(segment, offset, content);
  }
  return content;
}

/** @returns how many bytes were read. */
async function readOn(segment: Segment, offset: number, content: Content): Promise<number> {
  const scanner = new LineScanner(await readChunk(segment, offset, CHUNK_BYTES));
  for (let line = scanner.next(); line !== null; line = scanner.next()) follow(content, line, scanner.chunk);
  if (scanner.end > 0) return scanner.end;
  return scanner.chunk.length < CHUNK_BYTES ? segment.size : scanner.chunk.length;
}

function follow(content: Content, line: SpooledLine, chunk: Buffer): void {
  if (content.closing !== null || line.seq - content.last >= SEQ_GAP) {
    content.closing = [content.closing?.[0] ?? line.seq, line.seq];
  } else content.last = Math.max(content.last, line.seq);
  content.intents.delete(line.replaces);
  if (line.isIntent) content.intents.set(line.seq, chunk.toString('utf8', line.start, line.end - 1));
}

/** An intent has the status `unknown` already. */
function unknownOutcome(intent: string, replaces: number, seq: number): string {
  const members = intent.slice(intent.indexOf(INTENT) + INTENT.length);
  const json = `{"seq":${seq},"replaces":${replaces},"part":{"phase":"outcome"${members}`;
  return `${withChecksum(json)}\n`;
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
