import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleInit,
} from '@nestjs/common';
import { SettingsError } from '../../settings/settings.error.js';
import { HopKeys } from './bundle/hop-keys.js';
import { ConfigPoller } from './config/config-poller.js';
import { Heartbeats } from './heartbeat/heartbeats.js';
import { Enroller } from './identity/enroller.js';
import { ReplicaIdentity } from './identity/replica-identity.js';
import { ColdStart } from './last-known-good/cold-start.js';
import { DataDirectory } from './last-known-good/data-directory.js';
import { LastKnownGood } from './last-known-good/last-known-good.js';

/** What to do when the control plane refuses this replica for good; ends the process, except in tests. */
export type EndOfConfiguration = (error: SettingsError) => void;
export const END_OF_CONFIGURATION = Symbol('EndOfConfiguration');

/** Begins and ends the synchronisation: from disk before the port opens, all else in the background. */
@Injectable()
export class SyncLifecycle implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(SyncLifecycle.name);
  private readonly ending = new AbortController();
  private background: Promise<void> = Promise.resolve();

  constructor(
    private readonly identity: ReplicaIdentity,
    private readonly directory: DataDirectory,
    private readonly enroller: Enroller,
    private readonly coldStart: ColdStart,
    private readonly lastKnownGood: LastKnownGood,
    private readonly hopKeys: HopKeys,
    private readonly poller: ConfigPoller,
    private readonly heartbeats: Heartbeats,
    @Inject(END_OF_CONFIGURATION) private readonly end: EndOfConfiguration,
  ) {}

  /** @throws SettingsError if this replica can neither enrol nor has done so. */
  async onModuleInit(): Promise<void> {
    await this.identity.load();
    this.enroller.requireMeans();
    await this.directory.load();
    await this.hopKeys.load();
    await this.coldStart.run();
  }

  onApplicationBootstrap(): void {
    this.background = this.follow(this.ending.signal).catch((error: unknown) => this.fail(error));
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.ending.abort();
    await this.background;
    await this.lastKnownGood.flush();
  }

  private async follow(signal: AbortSignal): Promise<void> {
    await this.enroller.enrol(signal);
    if (signal.aborted) return;
    await Promise.all([this.poller.run(signal), this.hopKeys.run(signal), this.heartbeats.run(signal)]);
  }

  private fail(error: unknown): void {
    if (error instanceof SettingsError) this.end(error);
    else this.logger.error('the synchronisation ended unexpectedly', (error as Error).stack);
  }
}
