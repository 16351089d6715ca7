import { isSameVersion } from '#libs/contract';
import { CONFIG_CHANNEL, DatabaseSession, RestoreWatch, type ConfigHead } from '#libs/registry';
import { Inject, Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { CONTROL_SETTINGS, type ControlSettings } from '../../settings/settings.js';
import { DeploymentKeys } from '../keys/deployment-keys.service.js';
import { ConfigReader } from './config-reader.service.js';
import { DeltaLog } from './delta-log.service.js';
import { type FeedState, type FeedStep, type SignedDelta } from './feed-state.js';

/** Milliseconds between two reads of the head, in case an announcement was missed. */
const CHECK_MS = 1000;

/** Follows the newest revision in the database and tells everything in this process that waits for it. */
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
    if (this.newest === null) throw new Error('The configuration feed has not started');
    return this.newest;
  }

  /** Calls the listener at every step, in order, until the returned function is called. */
  onStep(listener: (step: FeedStep) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /**
   * Reads the database now. Resolves when a read that started after this call has finished.
   * @throws if the database cannot be read.
   */
  refresh(): Promise<void> {
    if (this.running === null) return this.start();
    this.queued ??= this.running.catch(() => undefined).then(() => this.start());
    return this.queued;
  }

  private start(): Promise<void> {
    this.queued = null;
    this.running = this.read().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  @Interval(CHECK_MS)
  async tryRefresh(): Promise<void> {
    try {
      await this.refresh();
      this.note(false);
    } catch (error) {
      this.note(true, (error as Error).message);
    }
  }

  private async read(): Promise<void> {
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
    const chain = await this.deltasBetween(before, head);
    if (before !== null && chain === null) await this.suspectRestore(before);
    const deltas = chain ?? [];
    const revoked = await this.reader.revocations();
    if (deltas.length === 0 || deltas.some(({ kinds }) => kinds.has('signing-key'))) await this.keys.reload();
    this.newest = { epoch, revision, digest, hopGeneration, confirmedAt, revoked };
    for (const listener of this.listeners) listener({ state: this.newest, deltas });
  }

  /** The deltas from one version to the other; null if the log does not lead there. */
  private async deltasBetween(before: FeedState | null, head: ConfigHead): Promise<SignedDelta[] | null> {
    const chain = before?.epoch === head.epoch ? await this.deltas.chain(head.epoch, before, head) : null;
    if (chain === null && before !== null) this.deltas.clear();
    return chain;
  }

  /**
   * Checks whether the database still holds what this process has served. If it does not, it was restored from a backup,
   * even if other changes have since taken it past the revision that was lost.
   */
  private async suspectRestore({ epoch, revision, digest, revoked }: FeedState): Promise<void> {
    const at = new Date().toISOString();
    const proof = { epoch, revision, digest, replica: 'control-plane', revoked, at };
    if (await this.restoreWatch.markRestoreSuspected(proof))
      this.logger.warn(
        `The database no longer has revision ${revision} of epoch ${epoch}, which this process has served: was a backup restored?`,
      );
  }

  /** Logs one line when the state changes. */
  private note(isAway: boolean, reason = ''): void {
    if (this.isAway === isAway) return;
    this.isAway = isAway;
    if (isAway) this.logger.warn(`Changes in the database cannot be followed: ${reason}`);
    else this.logger.log('Changes in the database can be followed again');
  }
}
