import { truncateSync } from 'node:fs';
import { resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** SQLite's result codes, https://sqlite.org/rescode.html */
const SQLITE_BUSY = 5;
const SQLITE_NOTADB = 26;

/** Of this process, by path. An entry also keeps the garbage collector from closing the file, which would end the lock. */
const held = new Map<string, FileLock>();

/**
 * An exclusive lock on a file that the kernel holds for this process and gives up when the process ends, however it ends.
 * It therefore never outlives its holder, whatever host name or process id the holder had. Node has no call for such locks;
 * SQLite takes them (`fcntl`), on an empty file that nothing is ever written to.
 */
export class FileLock {
  private constructor(
    private readonly path: string,
    private readonly database: DatabaseSync,
  ) {
    held.set(path, this);
  }

  /**
   * Takes the lock; makes the file if there is none.
   * @returns null if somebody holds it.
   * @throws Error of SQLite if the file cannot be opened, or its file system has no locks.
   */
  static take(file: string): FileLock | null {
    const path = resolve(file);
    if (held.has(path)) return null;
    try {
      return FileLock.attempt(path);
    } catch (error) {
      if (codeOf(error) !== SQLITE_NOTADB) throw error;
      // Somebody wrote into the file. Nobody holds it, or else that would have been the error.
      truncateSync(path);
      return FileLock.attempt(path);
    }
  }

  private static attempt(path: string): FileLock | null {
    const database = new DatabaseSync(path, { timeout: 0 });
    try {
      database.exec('BEGIN EXCLUSIVE');
      return new FileLock(path, database);
    } catch (error) {
      database.close();
      if (codeOf(error) === SQLITE_BUSY) return null;
      throw error;
    }
  }

  /** Gives it up before the process ends. */
  release(): void {
    if (held.get(this.path) !== this) return;
    held.delete(this.path);
    this.database.close();
  }
}

/** Without the part that only says more about it. */
const codeOf = (error: unknown): number => ((error as { errcode?: number }).errcode ?? 0) & 0xff;
