import { DatabaseSession } from '#libs/registry';
import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import type { Client } from 'pg';
import { CONTROL_SETTINGS, type ControlSettings } from '../../settings/settings.js';

/** Key of the advisory lock that the leader's session holds. */
export const LEADER_LOCK = 4_027_002;
const TRY_MS = 1000;

/**
 * Picks one of the control replicas for the work that only one has to do. Nothing may depend on there being exactly one:
 * for a moment there can be two, or none.
 */
@Injectable()
export class LeaderElection implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(LeaderElection.name);
  private readonly session: DatabaseSession;
  private readonly listeners = new Set<() => void>();
  private leads = false;
  private isTrying = false;

  constructor(@Inject(CONTROL_SETTINGS) settings: ControlSettings) {
    this.session = new DatabaseSession('leader', settings.databaseUrl, {
      opened: (client) => this.attempt(client),
      lost: () => this.become(false),
    });
  }

  get isLeader(): boolean {
    return this.leads;
  }

  /** Calls the listener each time this replica becomes the leader. */
  onElected(listener: () => void): void {
    this.listeners.add(listener);
  }

  onApplicationBootstrap(): void {
    this.session.open();
  }

  /** Resigns at once, so that another replica takes over while this one finishes what is in flight. */
  async onModuleDestroy(): Promise<void> {
    this.become(false);
    await this.session.close();
  }

  /** Tries to become the leader, or checks that this replica still is. */
  @Interval(TRY_MS)
  async check(): Promise<void> {
    const client = this.session.current;
    if (client === null || this.isTrying) return;
    this.isTrying = true;
    try {
      await this.attempt(client);
    } catch (error) {
      this.session.drop(client, (error as Error).message);
    } finally {
      this.isTrying = false;
    }
  }

  /** A leader sends a query as well: an answer proves that its session still exists, and with it the lock. */
  private async attempt(client: Client): Promise<void> {
    if (this.leads) {
      await client.query('SELECT 1');
      return;
    }
    const { rows } = await client.query<{ won: boolean }>('SELECT pg_try_advisory_lock($1) AS won', [
      LEADER_LOCK,
    ]);
    if (this.session.current === client) this.become(rows[0]?.won === true);
  }

  private become(leads: boolean): void {
    if (this.leads === leads) return;
    this.leads = leads;
    this.logger.log(leads ? 'This replica leads now' : 'This replica no longer leads');
    if (leads) for (const listener of this.listeners) listener();
  }
}
