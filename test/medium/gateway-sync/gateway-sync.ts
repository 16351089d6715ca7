import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { HOP_KEYRING, SnapshotStore, type HopKeyring } from '#libs/snapshot';
import type { ConfigurationError } from '../../../apps/federation/src/configuration/configuration.error.js';
import type { GatewaySettings } from '../../../apps/federation/src/configuration/settings.js';
import { natsMicroserviceOptions } from '../../../apps/federation/src/gateway/sync/nats-microservice-options.js';
import { END_OF_CONFIGURATION } from '../../../apps/federation/src/gateway/sync/sync-lifecycle.js';
import { SyncStatus } from '../../../apps/federation/src/gateway/sync/sync-status.js';
import { SyncModule } from '../../../apps/federation/src/gateway/sync/sync.module.js';

export function gatewaySettings(
  name: string,
  more: Pick<GatewaySettings, 'controlPlaneUrl' | 'dataDir'> & Partial<GatewaySettings>,
): GatewaySettings {
  return {
    role: 'gateway',
    host: '127.0.0.1',
    port: 0,
    opsHost: '127.0.0.1',
    opsPort: 0,
    natsUrl: null,
    shutdownDelayMs: 0,
    shutdownGraceMs: 1000,
    logLevel: 'error',
    url: `https://${name}.example.com`,
    joinToken: null,
    dataKey: null,
    allowedHosts: [],
    allowedOrigins: [],
    headersTimeoutMs: 10_000,
    bodyTimeoutMs: 30_000,
    upstreamLocalAddress: null,
    maxRequestsPerServer: 1000,
    maxRequestsPerHop: 4000,
    maxStreamsPerServer: 10_000,
    maxStreamsPerHop: 40_000,
    maxStalenessSeconds: 86_400,
    spoolMaxBytes: 1_048_576,
    ...more,
  };
}

/** The synchronisation of one replica, without its request path. */
export class GatewaySync {
  /** Why the process would have ended. */
  ended: ConfigurationError | null = null;

  private constructor(private readonly app: INestApplication) {}

  /** @throws ConfigurationError as the boot of a gateway does. */
  static async start(settings: GatewaySettings): Promise<GatewaySync> {
    let sync: GatewaySync | null = null;
    const end = (error: ConfigurationError): void => {
      if (sync !== null) sync.ended = error;
    };
    const module = await Test.createTestingModule({ imports: [SyncModule.register(settings)] })
      .overrideProvider(END_OF_CONFIGURATION)
      .useValue(end)
      .compile();
    const app = module.createNestApplication(new FastifyAdapter(), { logger: false });
    const nats = natsMicroserviceOptions(settings);
    if (nats !== null) app.connectMicroservice(nats);
    sync = new GatewaySync(app);
    await app.init();
    if (nats !== null) app.startAllMicroservices().catch(() => undefined);
    return sync;
  }

  get store(): SnapshotStore {
    return this.app.get(SnapshotStore, { strict: false });
  }

  get status(): SyncStatus {
    return this.app.get(SyncStatus);
  }

  get hopKeys(): HopKeyring {
    return this.app.get<HopKeyring>(HOP_KEYRING);
  }

  stop(): Promise<void> {
    return this.app.close();
  }
}
