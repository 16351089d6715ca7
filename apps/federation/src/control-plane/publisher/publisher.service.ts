import { MAX_NATS_DELTA_BYTES, SUBJECTS } from '#libs/contract';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ConfigFeed } from '../config-feed/config-feed.service.js';
import type { FeedStep } from '../config-feed/feed-state.js';
import { HeadSigner } from '../config-feed/head-signer.service.js';
import { Leadership } from './leadership.service.js';
import { NatsLink } from './nats-link.service.js';

const HEAD_EVERY_MS = 2000;

/** Tells gateways over NATS what is new: each delta, and the head after each change and every 2 s. */
@Injectable()
export class Publisher implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(Publisher.name);
  private timer: NodeJS.Timeout | null = null;
  private unsubscribe: () => void = () => undefined;

  constructor(
    private readonly feed: ConfigFeed,
    private readonly heads: HeadSigner,
    private readonly leadership: Leadership,
    private readonly nats: NatsLink,
  ) {}

  onApplicationBootstrap(): void {
    this.unsubscribe = this.feed.onStep((step) => this.publish(step));
    this.leadership.onElected(() => void this.publishHead());
    this.nats.onConnected(() => void this.publishHead());
    this.timer = setInterval(() => void this.publishHead(), HEAD_EVERY_MS);
  }

  onModuleDestroy(): void {
    this.unsubscribe();
    if (this.timer !== null) clearInterval(this.timer);
  }

  private publish({ deltas }: FeedStep): void {
    if (!this.leadership.isLeader) return;
    for (const { jws } of deltas) if (jws.length <= MAX_NATS_DELTA_BYTES) this.nats.emit(SUBJECTS.delta, jws);
    void this.publishHead();
  }

  private async publishHead(): Promise<void> {
    if (!this.leadership.isLeader || !this.nats.isConnected) return;
    try {
      this.nats.emit(SUBJECTS.head, await this.heads.current());
    } catch (error) {
      this.logger.error(`The head could not be signed: ${String(error)}`);
    }
  }
}
