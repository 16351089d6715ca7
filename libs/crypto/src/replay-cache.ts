/**
 * Remembers the ids of signed statements, so that none is accepted twice. An id is remembered for at least one period, in
 * two sets that take turns: there is nothing to sweep. Another process does not know the id; the short life of a statement
 * limits what that is worth.
 */
export class ReplayCache {
  private current = new Set<string>();
  private previous = new Set<string>();
  private turned: number;

  /**
   * @param periodMs Longest time, milliseconds, for which a statement may be accepted.
   * @param maxIds Ids that may be new within one period.
   */
  constructor(
    private readonly periodMs: number,
    private readonly maxIds: number,
    now = Date.now(),
  ) {
    this.turned = now;
  }

  /** Takes note of an id. `full`: there are more ids than the cache may hold, so nobody can tell whether this one is new. */
  see(id: string, now = Date.now()): 'new' | 'replayed' | 'full' {
    this.turn(now);
    if (this.current.has(id) || this.previous.has(id)) return 'replayed';
    if (this.current.size >= this.maxIds) return 'full';
    this.current.add(id);
    return 'new';
  }

  private turn(now: number): void {
    const periods = Math.floor((now - this.turned) / this.periodMs);
    if (periods < 1) return;
    this.previous = periods === 1 ? this.current : new Set();
    this.current = new Set();
    this.turned += periods * this.periodMs;
  }
}
