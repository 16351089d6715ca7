import { setTimeout } from 'node:timers/promises';

/** Growing pauses with full jitter, so that many gateways do not come back in step. */
export class Backoff {
  private failures = 0;

  /** @param baseMs Longest first pause. @param maxMs Longest pause at all. Both in milliseconds. */
  constructor(
    private readonly baseMs: number,
    private readonly maxMs: number,
  ) {}

  reset(): void {
    this.failures = 0;
  }

  /** Ends early when the signal is aborted. */
  async wait(signal: AbortSignal): Promise<void> {
    const ceiling = Math.min(this.maxMs, this.baseMs * 2 ** this.failures++);
    await pause(ceiling * (0.5 + Math.random() / 2), signal);
  }
}

/** Resolves after the time, milliseconds, or at once when the signal is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await setTimeout(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
