import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { ConfigFeed } from './config-feed.service.js';

/** Waits of long polls: all of them end at the next step of the feed, and when the process ends. */
@Injectable()
export class LongPolls implements OnModuleDestroy {
  private readonly waiting = new Set<() => void>();
  private isClosing = false;
  private readonly unsubscribe: () => void;

  constructor(feed: ConfigFeed) {
    this.unsubscribe = feed.onStep(() => this.endAll());
  }

  /** Resolves at the feed's next step, after the time, milliseconds, or when the signal is aborted. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (ms <= 0 || this.isClosing || signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    this.waiting.add(resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
    await promise;
    clearTimeout(timer);
    this.waiting.delete(resolve);
  }

  /** From now on nobody waits: every poll is answered at once. */
  close(): void {
    this.isClosing = true;
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
