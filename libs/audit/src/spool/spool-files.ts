import { randomBytes } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A file of the spool: parts in order of `seq`, one JSON line each. */
export interface Segment {
  path: string;
  /** `seq` of its first line. */
  firstSeq: number;
  /** Bytes that hold whole lines. */
  size: number;
}

const SEGMENT = /^(\d{16})\.log$/;
const BOOT = /^\d{17}-[0-9a-f]{8}$/;

/** A name for this process in the spool and at the control plane: it sorts by time and is never given twice. */
export function newBoot(now: Date): string {
  return `${now.toISOString().replace(/\D/g, '')}-${randomBytes(4).toString('hex')}`;
}

export const segmentPath = (bootDirectory: string, firstSeq: number): string =>
  join(bootDirectory, `${String(firstSeq).padStart(16, '0')}.log`);

/** Boots with a directory in the spool, oldest first. */
export function listBoots(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => BOOT.test(name))
    .sort();
}

/** Segments of one boot, in order. */
export function listSegments(bootDirectory: string): Segment[] {
  return readdirSync(bootDirectory)
    .filter((name) => SEGMENT.test(name))
    .sort()
    .map((name) => join(bootDirectory, name))
    .map((path) => ({ path, firstSeq: Number(path.slice(-20, -4)), size: statSync(path).size }));
}

/** Bytes of all segments of all boots. */
export function bytesInSpool(directory: string): number {
  return listBoots(directory)
    .flatMap((boot) => listSegments(join(directory, boot)))
    .reduce((sum, segment) => sum + segment.size, 0);
}
