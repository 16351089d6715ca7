import { Module, type DynamicModule, type ModuleMetadata } from '@nestjs/common';
import { AUDIT_TRANSPORT } from '#libs/audit';
import { HOP_KEYRING, SnapshotModule } from '#libs/snapshot';
import type { SettingsError } from '../../settings/settings.error.js';
import { GATEWAY_SETTINGS, type GatewaySettings } from '../../settings/settings.js';
import { EX_CONFIG } from '../../env.js';
import { HopKeys } from './bundle/hop-keys.js';
import { ConfigApplier } from './config/config-applier.js';
import { ConfigJournal } from './config/config-journal.js';
import { ConfigPoller } from './config/config-poller.js';
import { ConfigSubscriber } from './config/config.subscriber.js';
import { FullLoad } from './config/full-load.js';
import { SyncState } from './config/sync-state.js';
import { ControlPlaneAuditTransport } from './control-plane-audit.transport.js';
import { ControlPlaneClient } from './control-plane-client/control-plane.client.js';
import { ControlPlaneHttp } from './control-plane-client/control-plane.http.js';
import { Heartbeats } from './heartbeat/heartbeats.js';
import { Enroller } from './identity/enroller.js';
import { ReplicaIdentity } from './identity/replica-identity.js';
import { ColdStart } from './last-known-good/cold-start.js';
import { DataDirectory } from './last-known-good/data-directory.js';
import { LastKnownGood } from './last-known-good/last-known-good.js';
import { END_OF_CONFIGURATION, SyncLifecycle, type EndOfConfiguration } from './sync-lifecycle.js';
import { SyncStatus } from './sync-status.js';

const endProcess: EndOfConfiguration = (error: SettingsError) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(EX_CONFIG);
};

const IDENTITY = [ReplicaIdentity, Enroller, ControlPlaneHttp, ControlPlaneClient];
const CONFIGURATION = [SyncState, ConfigApplier, FullLoad, ConfigPoller];
const DISK = [DataDirectory, LastKnownGood, ColdStart];

/** The gateway's side of enrolment and of the configuration path. */
@Module({})
export class SyncModule {
  /** @param imports Modules that export MetricsSource. */
  static register(settings: GatewaySettings, imports: NonNullable<ModuleMetadata['imports']>): DynamicModule {
    return {
      module: SyncModule,
      imports: [SnapshotModule, ...imports],
      controllers: [ConfigSubscriber],
      providers: [
        { provide: GATEWAY_SETTINGS, useValue: settings },
        { provide: END_OF_CONFIGURATION, useValue: endProcess },
        { provide: HOP_KEYRING, useExisting: HopKeys },
        { provide: ConfigJournal, useExisting: LastKnownGood },
        { provide: AUDIT_TRANSPORT, useClass: ControlPlaneAuditTransport },
        ...IDENTITY,
        ...CONFIGURATION,
        ...DISK,
        HopKeys,
        Heartbeats,
        SyncStatus,
        SyncLifecycle,
      ],
      exports: [
        SnapshotModule,
        HOP_KEYRING,
        AUDIT_TRANSPORT,
        ControlPlaneClient,
        ReplicaIdentity,
        SyncStatus,
      ],
    };
  }
}
