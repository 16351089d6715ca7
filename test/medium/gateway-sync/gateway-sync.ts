import { HOP_KEYRING, SnapshotStore, type HopKeyring } from '#libs/snapshot';
import type { INestApplication } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { MetricsModule } from '../../../apps/federation/src/gateway/accounting/metrics.module.js';
import { ReplicaIdentity } from '../../../apps/federation/src/gateway/state/identity/replica-identity.js';
import { StateModule } from '../../../apps/federation/src/gateway/state/state.module.js';
import { natsMicroserviceOptions } from '../../../apps/federation/src/gateway/sync/config/nats-microservice-options.js';
import { SyncState } from '../../../apps/federation/src/gateway/sync/config/sync-state.service.js';
import { SyncLifecycle } from '../../../apps/federation/src/gateway/sync/sync-lifecycle.service.js';
import { SyncStatus } from '../../../apps/federation/src/gateway/sync/sync-status.service.js';
import { SyncModule } from '../../../apps/federation/src/gateway/sync/sync.module.js';
import type { SettingsError } from '../../../apps/federation/src/settings/settings.error.js';
import type { GatewaySettings } from '../../../apps/federation/src/settings/settings.js';
import { gatewaySettings } from '../../support/settings.js';

/** Settings of the gateway of this name, whose URL follows from it. */
export const settingsOf = (
  name: string,
  more: Pick<GatewaySettings, 'controlPlaneUrl' | 'dataDir'> & Partial<GatewaySettings>,
): GatewaySettings => gatewaySettings({ url: `https://${name}.example.com`, ...more });

/** The synchronisation of one replica, without its request path. */
export class GatewaySync {
  /** Why this replica can never serve as it is configured. */
  failed: SettingsError | null = null;

  private constructor(private readonly app: INestApplication) {}

  /** @throws SettingsError as the boot of a gateway does. */
  static async start(settings: GatewaySettings): Promise<GatewaySync> {
    const module = await Test.createTestingModule({
      imports: [SyncModule.register(settings, [StateModule.register(settings), MetricsModule])],
    }).compile();
    const app = module.createNestApplication(new FastifyAdapter(), { logger: false });
    const nats = natsMicroserviceOptions(settings);
    if (nats !== null) app.connectMicroservice(nats);
    const sync = new GatewaySync(app);
    void app.get(SyncLifecycle).failed.then((error) => (sync.failed = error));
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

  get state(): SyncState {
    return this.app.get(SyncState);
  }

  get identity(): ReplicaIdentity {
    return this.app.get(ReplicaIdentity, { strict: false });
  }

  get hopKeys(): HopKeyring {
    return this.app.get<HopKeyring>(HOP_KEYRING);
  }

  stop(): Promise<void> {
    return this.app.close();
  }
}
