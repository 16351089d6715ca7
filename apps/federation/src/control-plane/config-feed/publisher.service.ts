import { MAX_NATS_DELTA_BYTES, SUBJECTS } from '#libs/contract';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { ConfigFeed } from './config-feed.service.js';
import type { FeedStep } from './feed-state.js';
import { HeadSigner } from './head-signer.service.js';
import { LeaderElection } from '../leader-election/leader-election.service.js';
import { NatsLink } from './nats-link.service.js';

const HEAD_EVERY_MS = 2000;

/** Publishes each delta on NATS, and the head after each change and every 2 seconds. */
@Injectable()
export class Publisher implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(Publisher.name);
  private unsubscribe: () => void = () => undefined;

  constructor(
    private readonly feed: ConfigFeed,
    private readonly heads: HeadSigner,
    private readonly election: LeaderElection,
    private readonly nats: NatsLink,
  ) {}

  onApplicationBootstrap(): void {
    this.unsubscribe = this.feed.onStep((step) => this.publish(step));
    this.election.onElected(() => void this.publishHead());
    this.nats.onConnected(() => void this.publishHead());
  }

  onModuleDestroy(): void {
    this.unsubscribe();
  }

  private publish({ deltas }: FeedStep): void {
    if (!this.election.isLeader) return;
    for (const { jws } of deltas) if (jws.length <= MAX_NATS_DELTA_BYTES) this.nats.emit(SUBJECTS.delta, jws);
    void this.publishHead();
  }

  @Interval(HEAD_EVERY_MS)
  async publishHead(): Promise<void> {
    if (!this.election.isLeader || !this.nats.isConnected) return;
    try {
      this.nats.emit(SUBJECTS.head, await this.heads.current());
    } catch (error) {
      this.logger.error(`The head could not be signed: ${String(error)}`);
    }
  }
}
