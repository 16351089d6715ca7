import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Leadership } from '../publisher/leadership.service.js';

const CHECK_MS = 600_000;

/**
 * Removes replicas that are gone for good. A replica counts as gone when it was silent for a day while another replica
 * of its gateway is alive: a gateway that is cut off as a whole, or an outage of the control plane, costs no identity.
 */
@Injectable()
export class ReplicaPruning implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(ReplicaPruning.name);
  private timer: NodeJS.Timeout | null = null;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly leadership: Leadership,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.pruneAsLeader(), CHECK_MS);
  }

  onModuleDestroy(): void {
    if (this.timer !== null) clearInterval(this.timer);
  }

  /** @returns Ids of the removed replicas. */
  async prune(): Promise<string[]> {
    const [rows]: [{ id: string }[], number] = await this.dataSource.query(PRUNE);
    return rows.map(({ id }) => id);
  }

  private async pruneAsLeader(): Promise<void> {
    if (!this.leadership.isLeader) return;
    try {
      const removed = await this.prune();
      if (removed.length > 0) this.logger.log(`Removed replicas that are gone: ${removed.join(', ')}`);
    } catch (error) {
      this.logger.warn(`Replicas could not be pruned: ${(error as Error).message}`);
    }
  }
}

const PRUNE = `
  DELETE FROM replica gone
   WHERE coalesce(gone.last_seen_at, gone.enrolled_at) < now() - interval '24 hours'
     AND EXISTS (SELECT 1 FROM replica other
                  WHERE other.gateway = gone.gateway AND other.last_seen_at > now() - interval '1 minute')
  RETURNING gone.id`;
