import { isSameVersion } from '#libs/contract';
import { CONFIG_CHANNEL, DatabaseSession, RestoreWatch, type ConfigHead } from '#libs/registry';
import { Inject, Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { CONTROL_SETTINGS, type ControlSettings } from '../../settings/settings.js';
import { DeploymentKeys } from '../keys/deployment-keys.service.js';
import { ConfigReader } from './config-reader.service.js';
import { DeltaLog } from './delta-log.service.js';
import { type FeedState, type FeedStep, type SignedDelta } from './feed-state.js';

/** How often the head is read, in case an announcement was missed, milliseconds. */
const CHECK_MS = 1000;

/** Follows the newest revision of the database in this process and tells everybody who waits for it. */
@Injectable()
export class ConfigFeed implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(ConfigFeed.name);
  private readonly session: DatabaseSession;
  private readonly listeners = new Set<(step: FeedStep) => void>();
  private running: Promise<void> | null = null;
  private queued: Promise<void> | null = null;
  private newest: FeedState | null = null;
  private isAway = false;

  constructor(
    @Inject(CONTROL_SETTINGS) settings: ControlSettings,
    private readonly reader: ConfigReader,
    private readonly deltas: DeltaLog,
    private readonly keys: DeploymentKeys,
    private readonly restoreWatch: RestoreWatch,
  ) {
    this.session = new DatabaseSession('config-feed', settings.databaseUrl, {
      opened: async (client) => {
        client.on('notification', () => void this.tryRefresh());
        await client.query(`LISTEN ${CONFIG_CHANNEL}`);
        void this.tryRefresh();
      },
    });
  }

  async onModuleInit(): Promise<void> {
    await this.refresh();
    this.session.open();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.session.close();
    await this.running?.catch(() => undefined);
  }

  /** The newest revision that this replica knows. */
  get state(): FeedState {
    if (this.newest === null) throw new Error('The feed has not begun');
    return this.newest;
  }

  /** Calls back at every step, in order, until the returned function is called. */
  onStep(listener: (step: FeedStep) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /**
   * Looks into the database now. Resolves when a look that began after this call has ended.
   * @throws if the database cannot be read.
   */
  refresh(): Promise<void> {
    if (this.running === null) return this.start();
    this.queued ??= this.running.catch(() => undefined).then(() => this.start());
    return this.queued;
  }

  private start(): Promise<void> {
    this.queued = null;
    this.running = this.look().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  @Interval(CHECK_MS)
  async tryRefresh(): Promise<void> {
    try {
      // A look that is queued already will see whatever made this one necessary.
      await this.refresh();
      this.note(false, 'again');
    } catch (error) {
      this.note(true, (error as Error).message);
    }
  }

  private async look(): Promise<void> {
    const askedAt = new Date();
    const head = await this.reader.head();
    const before = this.newest;
    if (before !== null && isSameVersion(before, head)) {
      this.newest = { ...before, confirmedAt: askedAt };
      return;
    }
    await this.step(before, head, askedAt);
  }

  private async step(before: FeedState | null, head: ConfigHead, confirmedAt: Date): Promise<void> {
    const { epoch, revision, digest, hopGeneration } = head;
    const chain = await this.lead(before, head);
    if (before !== null && chain === null) await this.examine(before);
    const deltas = chain ?? [];
    const revoked = await this.reader.revocations();
    if (deltas.length === 0 || deltas.some(({ kinds }) => kinds.has('signing-key'))) await this.keys.reload();
    this.newest = { epoch, revision, digest, hopGeneration, confirmedAt, revoked };
    for (const listener of this.listeners) listener({ state: this.newest, deltas });
  }

  /** The deltas from one position to the other; null if the log does not lead there. */
  private async lead(before: FeedState | null, head: ConfigHead): Promise<SignedDelta[] | null> {
    const chain = before?.epoch === head.epoch ? await this.deltas.chain(head.epoch, before, head) : null;
    if (chain === null && before !== null) this.deltas.clear();
    return chain;
  }

  /**
   * Asks whether the database still holds what this very process has served. If not, it was restored from a backup,
   * even where it has overtaken the lost revision with other changes.
   */
  private async examine({ epoch, revision, digest, revoked }: FeedState): Promise<void> {
    const at = new Date().toISOString();
    const proof = { epoch, revision, digest, replica: 'control-plane', revoked, at };
    if (await this.restoreWatch.markRestoreSuspected(proof))
      this.logger.warn(`The database lacks revision ${revision} of epoch ${epoch}, served before`);
  }

  /** One line per change of state. */
  private note(isAway: boolean, text: string): void {
    if (this.isAway === isAway) return;
    this.isAway = isAway;
    if (isAway) this.logger.warn(`The database cannot be followed: ${text}`);
    else this.logger.log(`The database is followed ${text}`);
  }
}
