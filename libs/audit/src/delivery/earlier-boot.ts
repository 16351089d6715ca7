import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import type { FileLock } from '#libs/storage';
import type { AuditSpool } from '../spool/audit-spool.js';
import { listSegments, type Segment } from '../spool/spool-files.js';
import { claimBoot } from './boot-claim.js';
import type { BootSource } from './boot-cursor.js';
import { closeBoot, type ClosedBoot } from './boot-recovery.js';
import { reportLoss } from './lost-parts.js';
import type { Given, SeqRange } from './seq-range.js';

/** A boot whose process is dead. Its lock is held by this process until it is delivered. */
export class EarlierBoot implements BootSource {
  readonly live = false;

  private constructor(
    private readonly spool: AuditSpool,
    readonly boot: string,
    readonly directory: string,
    private readonly closed: ClosedBoot,
    private readonly lock: FileLock,
  ) {}

  /**
   * Ends what its process left open, so that it can be delivered.
   * @param root Directory of the spool.
   * @returns null if its process lives.
   * @throws Error of the file system.
   */
  static async take(spool: AuditSpool, root: string, boot: string): Promise<EarlierBoot | null> {
    const directory = join(root, boot);
    const lock = await claimBoot(directory);
    if (lock === null) return null;
    try {
      const closed = await closeBoot(directory);
      spool.grew(closed.grewBy);
      for (const file of closed.damaged) warnOf(file);
      return new EarlierBoot(spool, boot, directory, closed, lock);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  get freed(): number {
    return this.closed.extent.freed;
  }

  segments(): Segment[] {
    return this.closed.segments;
  }

  given(): Given {
    return this.closed.extent;
  }

  /** What is longer than it was has a writer, whatever the lock says. */
  delivered(segment: Segment): boolean {
    const size = statSync(segment.path, { throwIfNoEntry: false })?.size ?? 0;
    if (size > segment.size) {
      this.spool.grew(size - segment.size);
      segment.size = size;
      return false;
    }
    this.spool.remove(segment);
    this.closed.segments.shift();
    return true;
  }

  lost(range: SeqRange, path: string): void {
    reportLoss(this.spool, this.boot, range, path);
  }

  /**
   * Deletes its directory, unless segments have been added to it.
   * @returns false if there are some.
   */
  remove(): boolean {
    const isEmpty = listSegments(this.directory).length === 0;
    if (isEmpty) rmSync(this.directory, { recursive: true, force: true });
    this.lock.release();
    return isEmpty;
  }
}

function warnOf(file: string): void {
  new Logger('AuditDelivery').warn(
    `${file} is of no use; what it said is taken from the other files of its boot`,
  );
}
