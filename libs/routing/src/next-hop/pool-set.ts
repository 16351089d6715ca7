import { Pool } from 'undici';

interface Held {
  /** What the pool was made from; another value means that it must be replaced. */
  readonly fingerprint: string;
  readonly pool: Pool;
  readonly target: URL;
}

export type PoolFactory = (target: URL, connectMs: number) => Pool;

/**
 * One connection pool for each next hop, by name. Pools have no upper bound of connections: a long stream occupies one, and
 * must not keep other requests waiting.
 */
export class PoolSet {
  private readonly held = new Map<string, Held>();

  constructor(private readonly create: PoolFactory) {}

  /** The pool for this name; if its URL or connect time-out has changed, a new one. */
  get(name: string, url: string, connectMs: number): Held {
    const known = this.held.get(name);
    const fingerprint = `${connectMs} ${url}`;
    if (known?.fingerprint === fingerprint) return known;
    const target = new URL(url);
    const fresh = { fingerprint, target, pool: this.create(target, connectMs) };
    this.held.set(name, fresh);
    if (known !== undefined) retire(known.pool);
    return fresh;
  }

  /** Lets go of the pools whose name is not registered any more. */
  prune(isRegistered: (name: string) => boolean): void {
    for (const [name, { pool }] of this.held) {
      if (isRegistered(name)) continue;
      this.held.delete(name);
      retire(pool);
    }
  }

  async destroy(): Promise<void> {
    const pools = [...this.held.values()];
    this.held.clear();
    await Promise.all(pools.map(({ pool }) => pool.destroy()));
  }
}

/** Requests in flight end on their own; a failure to close is theirs to report. */
function retire(pool: Pool): void {
  pool.close().catch(() => undefined);
}
