import {
  compareRevisions,
  EMPTY_VERSION,
  HEARTBEAT_ANSWER,
  SCHEMA_VERSION,
  type Heartbeat,
  type HeartbeatAnswer,
  type Revision,
} from '#libs/contract';
import { SnapshotStore } from '#libs/snapshot';
import { Injectable, Logger } from '@nestjs/common';
import { VERSION } from '../../../version.js';
import { LastKnownGood } from '../../state/config/last-known-good.service.js';
import { ConfigPoller } from '../config/config-poller.service.js';
import { SyncState } from '../config/sync-state.service.js';
import { ControlPlaneClient } from '../control-plane-client/control-plane-client.service.js';
import { pause } from '../control-plane-client/pause.js';
import { MetricsSource } from './metrics-source.js';
import { ObservationsSource } from './observations-source.js';

const EVERY_MS = 3000;
/** How long changes are gathered before they are reported, milliseconds. */
const GATHER_MS = 100;
const METRICS_EVERY_MS = 10_000;
const RESPONSE_MS = 5000;
/** A difference between the clocks, milliseconds, that will soon make signed requests and hops fail. */
const SKEW_MS = 30_000;

/** Reports to the control plane which configuration this replica serves, every few seconds and soon after each change. */
@Injectable()
export class Heartbeats {
  private readonly logger = new Logger(Heartbeats.name);
  private wake: AbortController = new AbortController();
  private metricsAt = -Infinity;
  private skewed = false;
  private failing = false;

  constructor(
    private readonly client: ControlPlaneClient,
    private readonly store: SnapshotStore,
    private readonly state: SyncState,
    private readonly disk: LastKnownGood,
    private readonly poller: ConfigPoller,
    private readonly metrics: MetricsSource,
    private readonly servers: ObservationsSource,
  ) {}

  async run(signal: AbortSignal): Promise<void> {
    const stop = this.disk.onKept(() => this.wake.abort());
    while (!signal.aborted) {
      this.wake = new AbortController();
      await this.beat(signal);
      await pause(EVERY_MS, AbortSignal.any([signal, this.wake.signal]));
      if (this.wake.signal.aborted) await pause(GATHER_MS, signal);
    }
    stop();
  }

  private async beat(signal: AbortSignal): Promise<void> {
    try {
      const body = await this.heartbeat();
      const options = { timeoutMs: RESPONSE_MS, signal };
      const answer = HEARTBEAT_ANSWER.parse(
        await this.client.post('/internal/v1/heartbeat', body, options),
        'the answer to the heartbeat',
      );
      this.servers.delivered(body.servers);
      this.note(null);
      this.state.heard('https');
      this.compareClocks(answer.time);
      if (isBehind(this.store.current, answer)) this.poller.fetchSoon();
    } catch (error) {
      if (!signal.aborted) this.note(error as Error);
    }
  }

  /** Logs a line when heartbeats begin or cease to fail. */
  private note(error: Error | null): void {
    if (this.failing === (error !== null)) return;
    this.failing = error !== null;
    if (error === null) this.logger.log('heartbeats are accepted again');
    else this.logger.warn(`heartbeats are not accepted: ${error.message}`);
  }

  /** Reports only what outlasts a restart: whoever waits for a revocation must not see it undone by one. */
  private async heartbeat(): Promise<Heartbeat> {
    const kept = this.store.current === null ? null : this.disk.kept;
    const { epoch, revision, digest } = kept ?? EMPTY_VERSION;
    const { rejected } = this.state;
    return {
      epoch,
      revision,
      digest,
      appliedAt: this.state.appliedAt,
      version: VERSION,
      schemaVersion: SCHEMA_VERSION,
      uptimeSeconds: Math.floor(process.uptime()),
      connection: this.state.connection,
      rejected,
      head: this.state.head?.jws ?? null,
      tombstones: rejected?.reason === 'config_regression' ? this.store.tombstones() : null,
      metrics: await this.metricsText(),
      servers: this.servers.due(this.store.current),
    };
  }

  private async metricsText(): Promise<string | null> {
    if (performance.now() - this.metricsAt < METRICS_EVERY_MS) return null;
    this.metricsAt = performance.now();
    return this.metrics.text();
  }

  private compareClocks(time: string | undefined): void {
    const difference = Math.abs(Date.now() - Date.parse(time ?? ''));
    const isSkewed = difference > SKEW_MS;
    if (isSkewed && !this.skewed) {
      this.logger.warn(`this clock and the control plane's differ by ${Math.round(difference / 1000)} s`);
    }
    this.skewed = isSkewed;
  }
}

function isBehind(held: Revision | null, newest: HeartbeatAnswer): boolean {
  const { epoch = 0, revision = 0 } = newest;
  return compareRevisions({ epoch, revision }, held ?? EMPTY_VERSION) > 0;
}
