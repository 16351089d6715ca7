import { Module } from '@nestjs/common';
import { LeaderElection } from './leader-election.service.js';

/** Picks one control replica for what one is enough to do. */
@Module({ providers: [LeaderElection], exports: [LeaderElection] })
export class LeaderElectionModule {}
