import { RegistryModule } from '#libs/registry';
import { Module } from '@nestjs/common';
import { Heartbeats } from './heartbeats.service.js';
import { HeartbeatsController } from './heartbeats.controller.js';
import { RemovedReplicas } from './removed-replicas.service.js';
import { ReplicaPruning } from './replica-pruning.service.js';
import { RestoreDetector } from './restore-detector.service.js';

/** What the replicas of gateways report. */
@Module({
  imports: [RegistryModule],
  controllers: [HeartbeatsController],
  providers: [Heartbeats, RemovedReplicas, ReplicaPruning, RestoreDetector],
})
export class FleetModule {}
