import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { LeaderElection } from '../leader-election/leader-election.service.js';
import { keptSince, liveSince } from './replica-state.js';

const CHECK_MS = 600_000;

/**
 * Removes replicas that have not reported for a day while another replica of their gateway is live. A gateway that is cut
 * off keeps all of its replicas, and so does every gateway while the control plane is down.
 */
@Injectable()
export class ReplicaPruning {
  private readonly logger = new Logger(ReplicaPruning.name);

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly election: LeaderElection,
  ) {}

  /** @returns Ids of the removed replicas. */
  async prune(): Promise<string[]> {
    const [rows]: [{ id: string }[], number] = await this.dataSource.query(PRUNE, [keptSince(), liveSince()]);
    return rows.map(({ id }) => id);
  }

  @Interval(CHECK_MS)
  async pruneAsLeader(): Promise<void> {
    if (!this.election.isLeader) return;
    try {
      const removed = await this.prune();
      if (removed.length > 0)
        this.logger.log(`Removed replicas that have not reported for a day: ${removed.join(', ')}`);
    } catch (error) {
      this.logger.warn(`Replicas could not be removed: ${(error as Error).message}`);
    }
  }
}

const PRUNE = `
  DELETE FROM replica gone
   WHERE coalesce(gone.last_seen_at, gone.enrolled_at) < $1
     AND EXISTS (SELECT 1 FROM replica other
                  WHERE other.gateway = gone.gateway AND other.last_seen_at >= $2)
  RETURNING gone.id`;
