import { setTimeout as sleep } from 'node:timers/promises';
import { outcomeOf, type ToolCall } from './tool-call.js';

/** Calls that go on until they are stopped, and what came of them. */
export class Traffic {
  private running = true;
  private readonly outcomes = new Map<string, number>();
  private readonly workers: Promise<void>[];

  /** `call` gives the next call to make; `everyMs` is the pause between two calls of one worker. */
  constructor(workers: number, everyMs: number, call: () => ToolCall) {
    this.workers = Array.from({ length: workers }, () => this.work(everyMs, call));
  }

  /** Calls made so far. */
  get made(): number {
    return [...this.outcomes.values()].reduce((sum, n) => sum + n, 0);
  }

  /** Ends it. @returns how often each outcome came, `ok` among them */
  async stop(): Promise<Record<string, number>> {
    this.running = false;
    await Promise.all(this.workers);
    return Object.fromEntries(this.outcomes);
  }

  private async work(everyMs: number, call: () => ToolCall): Promise<void> {
    while (this.running) {
      const outcome = await outcomeOf(call());
      this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
      await sleep(everyMs);
    }
  }
}
