import { mkdirSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { CheckedFile, FileLock } from '#libs/storage';
import { newBoot } from './spool-files.js';

/** How often a process shows that it lives, milliseconds. */
export const BEAT_MS = 5000;

/** Which numbers a boot has given to its lines, so that it is noticed if some of them are gone. */
export interface BootExtent {
  /** The kernel under which its process runs: a lock is proof only of processes under the same one. */
  kernel: string;
  /** Rises while its process lives. */
  beat: number;
  /** `seq` of the last line. */
  written: number;
  /** Up to this `seq`, lines were delivered and deleted. */
  freed: number;
  /** First and last `seq` of the outcomes that were added after its process had died. */
  closing: readonly [number, number] | null;
}

export const extentFile = (bootDirectory: string): CheckedFile<BootExtent> =>
  new CheckedFile(join(bootDirectory, 'extent'));

export const lockPath = (bootDirectory: string): string => join(bootDirectory, 'lock');

/** The directory of this process in the spool. Its lock is held until the process ends. */
export class LiveBoot {
  readonly name = newBoot(new Date());
  readonly directory: string;
  private readonly lock: FileLock | null;
  private readonly file: CheckedFile<BootExtent>;
  private readonly timer: NodeJS.Timeout;
  private extent: BootExtent = { kernel: thisKernel(), beat: 0, written: 0, freed: 0, closing: null };

  /** @throws Error of the file system. */
  constructor(spool: string) {
    this.directory = join(spool, this.name);
    mkdirSync(this.directory, { recursive: true, mode: 0o700 });
    this.lock = FileLock.take(lockPath(this.directory));
    this.file = extentFile(this.directory);
    this.keep({});
    this.timer = setInterval(() => this.beat(), BEAT_MS).unref();
  }

  /** @throws Error of the file system. */
  keep(changed: Partial<Pick<BootExtent, 'written' | 'freed'>>): void {
    this.extent = { ...this.extent, ...changed };
    this.file.write(this.extent);
  }

  /** Nothing will be written any more; who finds the boot may deliver and delete it. */
  end(): void {
    clearInterval(this.timer);
    this.lock?.release();
  }

  /** If the disk fails, the next line that is written says so. */
  private beat(): void {
    try {
      this.extent.beat += 1;
      this.keep({});
    } catch {
      return;
    }
  }
}

const BOOT_ID = '/proc/sys/kernel/random/boot_id';

/** A name for the running kernel: containers on one machine share it, and a machine that was restarted has another. */
export function thisKernel(): string {
  try {
    return readFileSync(BOOT_ID, 'utf8').trim();
  } catch {
    return hostname();
  }
}
