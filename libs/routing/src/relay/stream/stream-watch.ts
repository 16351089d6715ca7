import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, Logger, Optional, type OnModuleDestroy } from '@nestjs/common';
import { Members } from '#libs/contract';
import { SnapshotStore, TimeSlicer } from '#libs/snapshot';
import type { OpenResponse } from '../open-response.js';
import { ResponseReview } from './response-review.js';
import { DEFAULT_STREAM_PACE, STREAM_PACE, type StreamPace } from './stream-pace.js';

/**
 * Looks after every response whose body is on its way, by one timer for all of them. Streams are kept alive and end when
 * their time is over. After each applied revision, each revocation and at the expiry of a credential, access is judged
 * anew: whoever would be refused now gets no further byte.
 */
@Injectable()
export class StreamWatch implements OnModuleDestroy {
  private readonly logger = new Logger('Streams');
  private readonly open = new Members<OpenResponse>();
  private readonly timer: NodeJS.Timeout;
  private readonly stopListening: (() => void)[];
  private changedAt = -Infinity;
  private isDue = false;
  private isReviewing = false;
  private isSweeping = false;
  private isFinishing = false;

  constructor(
    private readonly store: SnapshotStore,
    private readonly reviews: ResponseReview,
    @Optional() @Inject(STREAM_PACE) private readonly pace: StreamPace = DEFAULT_STREAM_PACE,
  ) {
    this.timer = setInterval(() => this.inBackground(this.sweep()), pace.sweepMs).unref();
    const changed = (): void => this.changed();
    this.stopListening = [this.store.onReplaced(changed), this.store.onRevoked(changed)];
  }

  /** Responses whose bodies are on their way. */
  get size(): number {
    return this.open.size;
  }

  get lingerMs(): number {
    return this.pace.lingerMs;
  }

  /**
   * To be called when a response's head is here and has not gone back.
   * @throws GatewayError when something has changed since the request came, so that it must not go back.
   */
  add(response: OpenResponse): void {
    this.open.add(response);
    if (response.sent.log.startedAt < this.changedAt) this.reviews.admit(response);
    if (this.isFinishing && response.isListening) setImmediate(() => response.finish());
  }

  /** To be called when the response has closed. */
  delete(response: OpenResponse): void {
    this.open.delete(response);
  }

  /** Ends the streams that would never end, now and from now on: this gateway shuts down. */
  finishListening(): void {
    this.isFinishing = true;
    for (const response of this.open.all()) if (response.isListening) response.finish();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
    for (const stop of this.stopListening) stop();
  }

  private changed(): void {
    this.changedAt = performance.now();
    this.reviewAll();
  }

  private reviewAll(): void {
    this.isDue = true;
    if (!this.isReviewing) this.inBackground(this.reviewWhileDue());
  }

  /** In slices, between which the event loop serves requests; changes that come meanwhile are one more round. */
  private async reviewWhileDue(): Promise<void> {
    this.isReviewing = true;
    try {
      while (this.isDue) {
        this.isDue = false;
        await this.inSlices((response) => this.reviews.review(response));
        await delay(this.pace.reviewGapMs, undefined, { ref: false });
      }
    } finally {
      this.isReviewing = false;
    }
  }

  private async sweep(): Promise<void> {
    if (this.isSweeping) return;
    this.isSweeping = true;
    try {
      const isStale = !this.reviews.hasConfiguration;
      await this.inSlices((response) => (isStale ? this.reviews.review(response) : this.tend(response)));
    } finally {
      this.isSweeping = false;
    }
  }

  private tend(response: OpenResponse): void | Promise<void> {
    const now = performance.now();
    if (now >= response.endsBy) return response.expire();
    if (response.principal.expiresAt <= Date.now()) return this.reviews.review(response);
    response.events?.tend(now, this.pace.keepAliveMs);
  }

  private async inSlices(work: (response: OpenResponse) => void | Promise<void>): Promise<void> {
    const slicer = new TimeSlicer();
    for (const response of this.open.all()) {
      if (response.place < 0) continue;
      const pause = work(response) ?? slicer.pause();
      if (pause !== undefined) await pause;
    }
  }

  private inBackground(work: Promise<void>): void {
    work.catch((error: unknown) =>
      this.logger.error('open responses could not be looked after', (error as Error).stack),
    );
  }
}
