/**
 * Remembers ids for at least one period in two sets that take turns, so that neither entries nor timers need tending.
 * It belongs to one process: another replica does not know the id, but the id's short life bounds what that is worth.
 */
export class ReplayCache {
  private current = new Set<string>();
  private previous = new Set<string>();
  private turned: number;

  constructor(
    private readonly periodMs: number,
    private readonly maxIds: number,
    now = Date.now(),
  ) {
    this.turned = now;
  }

  /** `full`: more ids are alive than the cache may hold; nobody can tell whether this one is new. */
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
