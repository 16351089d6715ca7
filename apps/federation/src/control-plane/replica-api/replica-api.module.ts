import { RegistryModule } from '#libs/registry';
import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { RefusedCredentialsModule } from '../admission/refused-credentials.js';
import { ConfigFeedModule } from '../config-feed/config-feed.module.js';
import { FleetModule } from '../fleet/fleet.module.js';
import { KeysModule } from '../keys/keys.module.js';
import { IngestController } from './audit/ingest.controller.js';
import { IngestService } from './audit/ingest.service.js';
import { BundleController } from './bundle/bundle.controller.js';
import { BundleService } from './bundle/bundle.service.js';
import { ConfigPolls } from './config/config-polls.service.js';
import { LongPolls } from './config/long-polls.service.js';
import { ReplicaConfigController } from './config/replica-config.controller.js';
import { SnapshotStream } from './config/snapshot-stream.service.js';
import { EnrolmentController } from './enrolment/enrolment.controller.js';
import { EnrolmentService } from './enrolment/enrolment.service.js';
import { HeartbeatsController } from './heartbeat/heartbeats.controller.js';
import { Heartbeats } from './heartbeat/heartbeats.service.js';
import { ServerObservations } from './heartbeat/server-observations.service.js';
import { RemovedReplicas } from './removed-replicas.service.js';
import { ReplicaAuthenticator } from './replica-authenticator.service.js';
import { ReplicaGuard } from './replica.guard.js';
import { ReplicaKeys } from './replica-keys.service.js';

/** All of `/internal/v1`: what the replicas of gateways ask for and report. One guard protects every route. */
@Module({
  imports: [RegistryModule, KeysModule, ConfigFeedModule, FleetModule, RefusedCredentialsModule],
  controllers: [
    EnrolmentController,
    ReplicaConfigController,
    BundleController,
    HeartbeatsController,
    IngestController,
  ],
  providers: [
    { provide: APP_GUARD, useClass: ReplicaGuard },
    ReplicaAuthenticator,
    ReplicaKeys,
    RemovedReplicas,
    EnrolmentService,
    ConfigPolls,
    LongPolls,
    SnapshotStream,
    BundleService,
    Heartbeats,
    ServerObservations,
    IngestService,
  ],
  exports: [ReplicaAuthenticator],
})
export class ReplicaApiModule {}
