import {
  RegistryChanges,
  type AdminAction,
  type ChangeReceipt,
  type ChangeTransaction,
} from '#libs/registry';
import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { LeaderElection } from '../leader-election/leader-election.service.js';

/** Hours after which the leader begins a new generation of hop keys. */
const MAX_AGE_HOURS = 24;
const CHECK_MS = 60_000;
const ACTION = { actor: 'system', action: 'hop-keys.rotate', resource: 'hop-keys' };

/** Another control replica or an administrator has rotated the keys in the meantime. */
class NotDueError extends Error {}

/** Begins new generations of hop keys: when the newest is too old, or when an administrator asks for it. */
@Injectable()
export class HopKeyRotation {
  private readonly logger = new Logger(HopKeyRotation.name);

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly changes: RegistryChanges,
    private readonly election: LeaderElection,
  ) {}

  /** Begins a new generation. Gateways still accept the previous one, so that no call fails. */
  async rotate(action: AdminAction): Promise<ChangeReceipt & { generation: number }> {
    const { result, ...receipt } = await this.changes.change(action, (change) =>
      Promise.resolve(nextHopGeneration(change)),
    );
    return { ...receipt, generation: result };
  }

  /** @returns True if a new generation was due and has begun. */
  async rotateIfDue(): Promise<boolean> {
    if (!(await isDue(this.dataSource.manager))) return false;
    try {
      await this.changes.change(ACTION, nextIfStillDue);
      return true;
    } catch (error) {
      if (error instanceof NotDueError) return false;
      throw error;
    }
  }

  @Interval(CHECK_MS)
  async rotateAsLeader(): Promise<void> {
    if (!this.election.isLeader) return;
    try {
      await this.rotateIfDue();
    } catch (error) {
      this.logger.warn(`The hop keys could not be rotated: ${(error as Error).message}`);
    }
  }
}

/** Checks again under the lock on the head: for a moment there can be two leaders, which must not both rotate. */
async function nextIfStillDue(change: ChangeTransaction): Promise<void> {
  if (!(await isDue(change.manager))) throw new NotDueError();
  nextHopGeneration(change);
}

/** The next generation of hop keys, within a change. */
function nextHopGeneration(change: ChangeTransaction): number {
  change.head.hopGeneration += 1;
  const generation = change.head.hopGeneration;
  change.put('hop-generation', 'current', { generation });
  return generation;
}

async function isDue(manager: DataSource['manager']): Promise<boolean> {
  const rows: unknown[] = await manager.query(
    `SELECT 1 FROM config_entity e JOIN config_log l ON l.revision = e.revision
      WHERE e.kind = 'hop-generation' AND e.key = 'current'
     HAVING max(l.time) < now() - make_interval(hours => $1::int)`,
    [MAX_AGE_HOURS],
  );
  return rows.length > 0;
}
