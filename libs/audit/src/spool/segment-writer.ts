import { closeSync, fdatasync, ftruncateSync, openSync, writeSync } from 'node:fs';
import type { Segment } from './spool-files.js';

/** The segment that is being written. What `append` returned from survives a kill of this process: it is in the page cache. */
export class SegmentWriter implements Segment {
  size = 0;
  private readonly file: number;

  /** @throws Error of the file system. */
  constructor(
    readonly path: string,
    readonly firstSeq: number,
  ) {
    this.file = openSync(path, 'wx', 0o600);
  }

  /**
   * Writes a whole line or nothing.
   * @throws Error of the file system, such as ENOSPC.
   */
  append(line: Buffer): void {
    try {
      this.writeWhole(line);
    } catch (error) {
      this.cutBack();
      throw error;
    }
    this.size += line.length;
  }

  /** Asks the disk to keep what was written; errors go to `failed`. */
  sync(failed: (error: unknown) => void): void {
    fdatasync(this.file, (error) => {
      if (error !== null) failed(error);
    });
  }

  /** Syncs and closes; errors go to `failed`. */
  finish(failed: (error: unknown) => void): void {
    fdatasync(this.file, (error) => {
      if (error !== null) failed(error);
      closeSync(this.file);
    });
  }

  private writeWhole(line: Buffer): void {
    let written = 0;
    while (written < line.length) {
      written += writeSync(this.file, line, written, line.length - written, this.size + written);
    }
  }

  /** Half a line must not stay; if it does, the next line overwrites it or the reader skips it. */
  private cutBack(): void {
    try {
      ftruncateSync(this.file, this.size);
    } catch {
      return;
    }
  }
}
