import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { ConfigFeed } from '../../config-feed/config-feed.service.js';

/** Lets long polls wait. All of them end at the next step of the feed, and when the process shuts down. */
@Injectable()
export class LongPolls implements OnModuleDestroy {
  private readonly waiting = new Set<() => void>();
  private isClosed = false;
  private readonly unsubscribe: () => void;

  constructor(feed: ConfigFeed) {
    this.unsubscribe = feed.onStep(() => this.endAll());
  }

  /** Resolves at the feed's next step, after `ms` milliseconds, or when the signal is aborted. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (ms <= 0 || this.isClosed || signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    this.waiting.add(resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
    await promise;
    clearTimeout(timer);
    this.waiting.delete(resolve);
  }

  /** True when the process is shutting down: a new poll would be answered at once, over and over. */
  get areClosed(): boolean {
    return this.isClosed;
  }

  /** Ends all waits, and lets no poll wait from now on. */
  close(): void {
    this.isClosed = true;
    this.endAll();
  }

  onModuleDestroy(): void {
    this.unsubscribe();
    this.close();
  }

  private endAll(): void {
    for (const resolve of this.waiting) resolve();
  }
}
