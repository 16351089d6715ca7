/**
 * Growing pauses between attempts to reach the control plane, with full jitter: each pause is any time up to a ceiling that
 * doubles, so that gateways that lost the control plane together do not come back together.
 */
export class Backoff {
  private failures = 0;

  /**
   * @param baseMs Ceiling of the first pause, milliseconds.
   * @param maxMs Highest ceiling, milliseconds.
   */
  constructor(
    private readonly baseMs: number,
    private readonly maxMs: number,
    private readonly random: () => number = Math.random,
  ) {}

  /** Milliseconds to wait before the next attempt. */
  next(): number {
    const ceiling = Math.min(this.maxMs, this.baseMs * 2 ** this.failures++);
    return Math.ceil(ceiling * this.random());
  }

  /** To be called after a success: the pauses begin again with the first. */
  reset(): void {
    this.failures = 0;
  }
}
