import { join } from 'node:path';
import type { AuditSpool } from '../spool/audit-spool.js';
import type { Segment } from '../spool/spool-files.js';
import type { BootSource } from './boot-cursor.js';
import { reportLoss } from './lost-parts.js';
import type { Given, SeqRange } from './seq-range.js';

/** What this process writes. */
export class LiveSource implements BootSource {
  readonly live = true;
  readonly freed = 0;
  readonly boot: string;
  readonly directory: string;

  /** @param root Directory of the spool. */
  constructor(
    private readonly spool: AuditSpool,
    root: string,
  ) {
    this.boot = spool.boot;
    this.directory = join(root, spool.boot);
  }

  segments(): Segment[] {
    return this.spool.segments();
  }

  given(): Given {
    return { written: this.spool.written, closing: null };
  }

  delivered(segment: Segment): boolean {
    return this.spool.drop(segment);
  }

  /** Somebody else has been at the file, so nothing more is written to it. */
  lost(range: SeqRange, path: string): void {
    reportLoss(this.spool, this.boot, range, path);
    for (const segment of this.segments()) if (segment.path === path) this.spool.leave(segment);
  }
}
