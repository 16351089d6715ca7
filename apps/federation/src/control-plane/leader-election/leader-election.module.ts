import { Module } from '@nestjs/common';
import { LeaderElection } from './leader-election.service.js';

/** Picks one control replica for the work that only one has to do. */
@Module({ providers: [LeaderElection], exports: [LeaderElection] })
export class LeaderElectionModule {}
