import { RegistryModule } from '#libs/registry';
import { Module } from '@nestjs/common';
import { ConfigFeedModule } from '../config-feed/config-feed.module.js';
import { LeaderElectionModule } from '../leader-election/leader-election.module.js';
import { ReplicaPruning } from './replica-pruning.service.js';
import { ReportedMetrics } from './reported-metrics.service.js';
import { RestoreDetector } from './restore-detector.service.js';

/** What follows from the reports of the gateways' replicas. */
@Module({
  imports: [RegistryModule, ConfigFeedModule, LeaderElectionModule],
  providers: [ReplicaPruning, ReportedMetrics, RestoreDetector],
  exports: [ReportedMetrics, RestoreDetector],
})
export class FleetModule {}
