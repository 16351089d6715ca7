import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { FileLock } from '#libs/storage';
import { BEAT_MS, extentFile, lockPath, thisKernel } from '../spool/live-boot.js';
import { listSegments } from '../spool/spool-files.js';

/** For so long a boot must show no sign of life if its lock proves nothing, milliseconds. */
const STILL_MS = 3 * BEAT_MS;

/**
 * Takes a boot over from a process that is proven dead. The proof is its lock; where that is missing, or its process ran under
 * another kernel, with which not every file system shares its locks, the boot must be seen to stand still as well.
 * @returns null if its process lives.
 * @throws Error of the file system.
 */
export async function claimBoot(bootDirectory: string, stillMs = STILL_MS): Promise<FileLock | null> {
  const path = lockPath(bootDirectory);
  const isProof = existsSync(path) && extentFile(bootDirectory).read().value?.kernel === thisKernel();
  const lock = FileLock.take(path);
  if (lock === null || isProof || (await standsStill(bootDirectory, stillMs))) return lock;
  lock.release();
  return null;
}

async function standsStill(bootDirectory: string, ms: number): Promise<boolean> {
  const before = signOfLife(bootDirectory);
  await delay(ms, undefined, { ref: false });
  return signOfLife(bootDirectory) === before;
}

/** Differs as long as the process of the boot lives. */
function signOfLife(bootDirectory: string): string {
  const { path } = extentFile(bootDirectory);
  const sizes = listSegments(bootDirectory).map(({ firstSeq, size }) => `${firstSeq}:${size}`);
  return [existsSync(path) ? readFileSync(path, 'latin1') : '', ...sizes].join(' ');
}
