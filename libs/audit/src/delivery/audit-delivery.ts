import { Backoff } from '#libs/contract';
import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { AUDIT_OPTIONS, type AuditOptions } from '../audit-options.js';
import { AUDIT_TRANSPORT, type AuditTransport } from '../audit-transport.js';
import { AuditSpool } from '../spool/audit-spool.js';
import { listBoots } from '../spool/spool-files.js';
import { BatchSender } from './batch-sender.js';
import { BootCursor } from './boot-cursor.js';
import { EarlierBoot } from './earlier-boot.js';
import { LiveSource } from './live-source.js';

/** How long parts gather before a batch is sent, milliseconds. */
const GATHER_MS = 250;
const FIRST_RETRY_MS = 200;
const MAX_RETRY_MS = 5_000;
const RECOVERY_RETRY_MS = 5_000;
/** Between attempts to take up a boot whose process lives, milliseconds: as a rule it is about to end. */
const LIVING_RETRY_MS = 1_000;
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
    this.cursors = [new BootCursor(new LiveSource(spool, options.directory))];
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
    const { source } = cursor;
    if (!(source instanceof EarlierBoot)) return;
    this.cursors = this.cursors.filter((other) => other !== cursor);
    cursor.close();
    if (source.remove()) return;
    this.untaken += 1;
    void this.takeUp(source.boot);
  }

  /** Until its process is proven dead and its open intents are ended on disk, a boot must not be delivered and deleted. */
  private async takeUp(boot: string, isFirst = true): Promise<void> {
    try {
      const source = await EarlierBoot.take(this.spool, this.options.directory, boot);
      if (source !== null) return this.follow(source);
      if (isFirst) this.logger.warn(`Boot ${boot} of the audit spool is left alone, since its process lives`);
      this.takeUpIn(LIVING_RETRY_MS, boot);
    } catch (error) {
      this.logger.error(`Boot ${boot} of the audit spool cannot be read: ${String(error)}`);
      this.takeUpIn(RECOVERY_RETRY_MS, boot);
    }
  }

  private takeUpIn(ms: number, boot: string): void {
    if (!this.isStopped) setTimeout(() => void this.takeUp(boot, false), ms).unref();
  }

  private follow(source: EarlierBoot): void {
    this.cursors.push(new BootCursor(source));
    this.untaken -= 1;
    this.passIn(0);
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
