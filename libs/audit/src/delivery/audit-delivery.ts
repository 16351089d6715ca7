import { Backoff } from '#libs/contract';
import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { AUDIT_OPTIONS, type AuditOptions } from '../audit-options.js';
import { AUDIT_TRANSPORT, type AuditTransport } from '../audit-transport.js';
import { AuditSpool } from '../spool/audit-spool.js';
import { listBoots, listSegments, type Segment } from '../spool/spool-files.js';
import { BatchSender } from './batch-sender.js';
import { BootCursor, type BootSource } from './boot-cursor.js';
import { closeBoot } from './boot-recovery.js';

/** How long parts gather before a batch is sent, milliseconds. */
const GATHER_MS = 250;
const FIRST_RETRY_MS = 200;
const MAX_RETRY_MS = 5_000;
const RECOVERY_RETRY_MS = 5_000;
const SHUTDOWN_FLUSH_MS = 5_000;

/** How much a pass delivers. */
type Extent = 'everything' | 'full batches';

/** Brings the spool to the control plane: this boot and the earlier ones in turn, each in order. */
@Injectable()
export class AuditDelivery implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('AuditDelivery');
  private readonly backoff = new Backoff(FIRST_RETRY_MS, MAX_RETRY_MS);
  private readonly sender: BatchSender;
  private cursors: BootCursor[];
  private passing: Promise<boolean> | null = null;
  private timer: NodeJS.Timeout | null = null;
  private untaken = 0;
  private isFailing = false;
  private isStopped = false;

  constructor(
    private readonly spool: AuditSpool,
    @Inject(AUDIT_TRANSPORT) transport: AuditTransport,
    @Inject(AUDIT_OPTIONS) private readonly options: AuditOptions,
  ) {
    this.sender = new BatchSender(transport, options.directory);
    this.cursors = [new BootCursor(this.liveSource())];
  }

  onApplicationBootstrap(): void {
    this.spool.onAppended(() => this.wake());
    const earlier = listBoots(this.options.directory).filter((boot) => boot !== this.spool.boot);
    this.untaken = earlier.length;
    for (const boot of earlier) void this.takeUp(boot);
  }

  /** Earlier boots that are not yet delivered to their end. */
  get pendingBoots(): number {
    return this.untaken + this.cursors.filter((cursor) => !cursor.source.live).length;
  }

  /** Before any module closes its connections; what is recorded after this is delivered by the next process. */
  async beforeApplicationShutdown(): Promise<void> {
    this.isStopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    if (!(await this.flush(SHUTDOWN_FLUSH_MS))) this.logger.warn('The audit spool keeps undelivered parts');
  }

  /** Delivers what is there. False if it did not succeed within `deadlineMs`; nothing is lost then. */
  async flush(deadlineMs: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), deadlineMs);
    });
    try {
      return await Promise.race([this.deliverNow(), deadline]);
    } finally {
      clearTimeout(timer);
    }
  }

  private async deliverNow(): Promise<boolean> {
    this.spool.flush();
    try {
      await this.passing?.catch(() => undefined);
      await this.pass('everything');
      return true;
    } catch {
      return false;
    }
  }

  /** While the control plane cannot be reached, only the back-off decides when to try again. */
  private wake(): void {
    if (!this.isFailing) this.passIn(GATHER_MS);
  }

  private passIn(ms: number): void {
    if (this.isStopped || this.timer !== null) return;
    this.timer = setTimeout(() => void this.passOrRetry(), ms).unref();
  }

  private async passOrRetry(): Promise<void> {
    this.timer = null;
    if (this.passing !== null) return this.passIn(GATHER_MS);
    try {
      const isDone = await this.pass('full batches');
      this.succeeded();
      if (!isDone) this.passIn(GATHER_MS);
    } catch (error) {
      this.failed(error);
      this.passIn(this.backoff.next());
    }
  }

  /** One pass at a time: two would send the same parts. */
  private pass(extent: Extent): Promise<boolean> {
    this.passing ??= this.deliver(extent).finally(() => {
      this.passing = null;
    });
    return this.passing;
  }

  /**
   * Batches of all boots in turn. Under load this boot always holds something more; unless everything is asked for, it is
   * left to gather after a batch that was not full, since a batch costs the same for one part as for many.
   * @returns false if something was left.
   */
  private async deliver(extent: Extent): Promise<boolean> {
    let isDone = true;
    for (let waiting = [...this.cursors]; waiting.length > 0;) {
      const more: BootCursor[] = [];
      for (const cursor of waiting) {
        const batch = await this.sender.sendNext(cursor);
        const mayGather = extent === 'full batches' && cursor.source.live && batch === 'partial';
        if (batch === 'none') this.ended(cursor);
        else if (mayGather) isDone = false;
        else more.push(cursor);
      }
      waiting = more;
    }
    return isDone;
  }

  private ended(cursor: BootCursor): void {
    if (cursor.source.live) return;
    this.cursors = this.cursors.filter((other) => other !== cursor);
    rmSync(cursor.source.directory, { recursive: true, force: true });
  }

  /** Until its open intents are ended on disk, an earlier boot must not be delivered and deleted. */
  private async takeUp(boot: string): Promise<void> {
    const directory = join(this.options.directory, boot);
    try {
      const unknown = await closeBoot(directory);
      this.spool.grew(unknown?.size ?? 0);
      this.cursors.push(new BootCursor(this.earlierSource(boot, directory)));
      this.untaken -= 1;
      this.passIn(0);
    } catch (error) {
      this.logger.error(`Boot ${boot} of the audit spool cannot be read: ${String(error)}`);
      setTimeout(() => void this.takeUp(boot), RECOVERY_RETRY_MS).unref();
    }
  }

  private liveSource(): BootSource {
    return {
      boot: this.spool.boot,
      directory: join(this.options.directory, this.spool.boot),
      segments: () => this.spool.segments(),
      live: true,
      delivered: (segment) => this.spool.drop(segment),
      damaged: (segment, lines) => this.damaged(segment, lines),
    };
  }

  private earlierSource(boot: string, directory: string): BootSource {
    const segments = listSegments(directory);
    return {
      boot,
      directory,
      segments: () => segments,
      live: false,
      delivered: (segment) => {
        this.spool.remove(segment);
        segments.shift();
      },
      damaged: (segment, lines) => this.damaged(segment, lines),
    };
  }

  private damaged(segment: Segment, lines: number): void {
    this.logger.warn(`${lines} unreadable or unfinished line(s) in ${segment.path} are left out`);
  }

  private failed(error: unknown): void {
    if (!this.isFailing) this.logger.warn(`Audit parts stay in the spool for now: ${String(error)}`);
    this.isFailing = true;
  }

  private succeeded(): void {
    if (this.isFailing) this.logger.log('Audit parts are delivered again');
    this.isFailing = false;
    this.backoff.reset();
  }
}
