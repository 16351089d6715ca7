import { CheckedFile, FileLock } from '#libs/storage';
import { Logger } from '@nestjs/common';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SettingsError } from '../../settings/settings.error.js';

/** How long to wait for a holder that has not said that it is leaving, milliseconds: its signal may come a moment later. */
const PATIENCE_MS = 5000;
const RETRY_MS = 100;

/** Who holds the lock. It is only told; what counts is the lock. */
interface Holder {
  host: string;
  pid: number;
  since: string;
  /** Once it is leaving: within how many milliseconds. */
  leavingMs?: number;
}

/** The lock that keeps a second process out of a data directory, from start to end. */
export class DirectoryLock {
  private constructor(
    private readonly lock: FileLock,
    private readonly file: CheckedFile<Holder>,
    private readonly holder: Holder,
  ) {
    file.write(holder);
  }

  /**
   * Waits a few seconds for another process to leave, or for as long as it needs if it says that it is leaving.
   * @throws SettingsError if it does not leave.
   */
  static async take(directory: string): Promise<DirectoryLock> {
    const wait = new Wait(directory);
    for (let lock = attempt(directory); ; lock = attempt(directory)) {
      if (lock !== null) return lock;
      await wait.on(holderOf(directory).read().value);
    }
  }

  /** @returns null if another process has the directory. @throws Error of the file system. */
  static attempt(directory: string): DirectoryLock | null {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    // The lock would say only that it cannot be opened.
    accessSync(directory, constants.R_OK | constants.W_OK);
    const lock = FileLock.take(join(directory, 'lock'));
    if (lock === null) return null;
    const since = new Date().toISOString();
    return new DirectoryLock(lock, holderOf(directory), { host: hostname(), pid: process.pid, since });
  }

  /** Lets a process that is to replace this one wait for its end, for so long. */
  leaving(withinMs: number): void {
    this.file.write({ ...this.holder, leavingMs: withinMs });
  }

  release(): void {
    this.file.close();
    this.lock.release();
  }
}

/** The wait for another process to leave a directory. */
class Wait {
  private endsAt = performance.now() + PATIENCE_MS;
  private isPromised = false;

  constructor(private readonly directory: string) {}

  /** @throws SettingsError if the holder has had its time. */
  async on(holder: Holder | null): Promise<void> {
    if (holder?.leavingMs !== undefined && !this.isPromised) this.await(holder, holder.leavingMs);
    if (performance.now() > this.endsAt) throw inUse(this.directory, holder);
    await delay(RETRY_MS);
  }

  private await(holder: Holder, ms: number): void {
    this.isPromised = true;
    this.endsAt = performance.now() + ms;
    new Logger('DataDirectory').log(`Waiting for ${nameOf(holder)} to leave DATA_DIR`);
  }
}

const holderOf = (directory: string): CheckedFile<Holder> => new CheckedFile(join(directory, 'lock.holder'));

/** @throws SettingsError if the directory cannot be used at all. */
function attempt(directory: string): DirectoryLock | null {
  try {
    return DirectoryLock.attempt(directory);
  } catch (error) {
    const seen = `${directory} (${(error as Error).message})`;
    throw new SettingsError([
      { key: 'DATA_DIR', seen, allowed: 'a directory that this process can write to and lock' },
    ]);
  }
}

function inUse(directory: string, holder: Holder | null): SettingsError {
  const seen = `${directory}, which ${nameOf(holder)} uses`;
  return new SettingsError([{ key: 'DATA_DIR', seen, allowed: 'a directory that no other process uses' }]);
}

const nameOf = (holder: Holder | null): string =>
  holder === null
    ? 'another process'
    : `process ${holder.pid} on host ${holder.host} (since ${holder.since})`;
