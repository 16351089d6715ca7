import { AUDIT_TRANSPORT } from '#libs/audit';
import { HOP_KEYRING, SnapshotModule } from '#libs/snapshot';
import { Module, type DynamicModule, type ModuleMetadata } from '@nestjs/common';
import { GATEWAY_SETTINGS, type GatewaySettings } from '../../settings/settings.js';
import { HopKeys } from './bundle/hop-keys.service.js';
import { ColdStart } from './config/cold-start.service.js';
import { ConfigApplier } from './config/config-applier.service.js';
import { ConfigPoller } from './config/config-poller.service.js';
import { ConfigSubscriber } from './config/config-subscriber.controller.js';
import { FullLoad } from './config/full-load.service.js';
import { SyncState } from './config/sync-state.service.js';
import { ControlPlaneAuditTransport } from './control-plane-client/audit-transport.service.js';
import { ControlPlaneClient } from './control-plane-client/control-plane-client.service.js';
import { ControlPlaneHttp } from './control-plane-client/control-plane-http.service.js';
import { Enroller } from './enrolment/enroller.service.js';
import { Heartbeats } from './heartbeat/heartbeats.service.js';
import { SyncLifecycle } from './sync-lifecycle.service.js';
import { SyncStatus } from './sync-status.service.js';

/** How a gateway enrols and follows its configuration. */
@Module({})
export class SyncModule {
  /** @param imports The StateModule, and a module that exports MetricsSource and ObservationsSource. */
  static register(settings: GatewaySettings, imports: NonNullable<ModuleMetadata['imports']>): DynamicModule {
    return {
      module: SyncModule,
      imports: [SnapshotModule, ...imports],
      controllers: [ConfigSubscriber],
      providers: [
        { provide: GATEWAY_SETTINGS, useValue: settings },
        { provide: HOP_KEYRING, useExisting: HopKeys },
        { provide: AUDIT_TRANSPORT, useClass: ControlPlaneAuditTransport },
        ControlPlaneHttp,
        ControlPlaneClient,
        Enroller,
        SyncState,
        ConfigApplier,
        FullLoad,
        ConfigPoller,
        ColdStart,
        HopKeys,
        Heartbeats,
        SyncStatus,
        SyncLifecycle,
      ],
      exports: [SnapshotModule, HOP_KEYRING, AUDIT_TRANSPORT, SyncStatus],
    };
  }
}
