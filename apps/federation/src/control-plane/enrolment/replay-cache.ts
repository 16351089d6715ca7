/** Remembers what was used until it would no longer be accepted anyway, so that nothing is accepted twice. */
export class ReplayCache {
  private readonly expiryById = new Map<string, number>();
  private nextSweep = 0;

  /** @param sweepMs How often what has expired is forgotten, milliseconds. */
  constructor(private readonly sweepMs = 10_000) {}

  /** Takes note of a use. @param expiresAt Milliseconds since the epoch. @returns False if it was used before. */
  firstUse(id: string, expiresAt: number, now = Date.now()): boolean {
    this.sweep(now);
    if (this.expiryById.has(id)) return false;
    this.expiryById.set(id, expiresAt);
    return true;
  }

  get size(): number {
    return this.expiryById.size;
  }

  private sweep(now: number): void {
    if (now < this.nextSweep) return;
    this.nextSweep = now + this.sweepMs;
    for (const [id, expiry] of this.expiryById) if (expiry <= now) this.expiryById.delete(id);
  }
}
