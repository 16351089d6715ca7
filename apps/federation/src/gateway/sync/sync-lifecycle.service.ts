import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleInit,
} from '@nestjs/common';
import { SettingsError } from '../../settings/settings.error.js';
import { LastKnownGood } from '../state/config/last-known-good.service.js';
import { HopKeys } from './bundle/hop-keys.service.js';
import { ColdStart } from './config/cold-start.service.js';
import { ConfigPoller } from './config/config-poller.service.js';
import { Enroller } from './enrolment/enroller.service.js';
import { Heartbeats } from './heartbeat/heartbeats.service.js';

/** Begins and ends the synchronisation: reads the disk before the port opens, does all else in the background. */
@Injectable()
export class SyncLifecycle implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(SyncLifecycle.name);
  private readonly ending = new AbortController();
  private readonly failure = Promise.withResolvers<SettingsError>();
  private background: Promise<void> = Promise.resolve();

  constructor(
    private readonly enroller: Enroller,
    private readonly coldStart: ColdStart,
    private readonly lastKnownGood: LastKnownGood,
    private readonly hopKeys: HopKeys,
    private readonly poller: ConfigPoller,
    private readonly heartbeats: Heartbeats,
  ) {}

  /** Resolves when the control plane has refused this replica for good, with the setting to correct. */
  get failed(): Promise<SettingsError> {
    return this.failure.promise;
  }

  /** @throws SettingsError if this replica can neither enrol nor has done so. */
  async onModuleInit(): Promise<void> {
    this.enroller.requireMeans();
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
    if (error instanceof SettingsError) this.failure.resolve(error);
    else this.logger.error('the synchronisation ended unexpectedly', (error as Error).stack);
  }
}
