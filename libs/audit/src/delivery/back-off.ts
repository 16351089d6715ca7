const FIRST_MS = 200;
const MAX_MS = 5_000;

/** Exponential back-off with full jitter, so that gateways that come back together do not arrive together. */
export class BackOff {
  private ceiling = FIRST_MS;

  constructor(private readonly random: () => number = Math.random) {}

  /** Milliseconds to wait before the next attempt. */
  next(): number {
    const wait = Math.ceil(this.ceiling * (0.2 + 0.8 * this.random()));
    this.ceiling = Math.min(this.ceiling * 2, MAX_MS);
    return wait;
  }

  reset(): void {
    this.ceiling = FIRST_MS;
  }
}
