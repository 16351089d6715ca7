import type { Revocation } from '#libs/contract';

/** Revoked tokens, kept apart from snapshots: an older snapshot must not bring a token back. */
export class Tombstones {
  /** By token hash: when the token expires anyway, milliseconds since the epoch. */
  private readonly until = new Map<string, number>();

  has(hash: string, now: number): boolean {
    const until = this.until.get(hash);
    if (until === undefined) return false;
    if (until > now) return true;
    this.until.delete(hash);
    return false;
  }

  /** Adds revocations and returns those that were not held before. The later expiry wins. */
  add(revocations: Iterable<Revocation>, now: number): Revocation[] {
    const fresh: Revocation[] = [];
    for (const revocation of revocations) {
      const until = expiry(revocation);
      if (until <= now || until <= (this.until.get(revocation.hash) ?? -Infinity)) continue;
      this.until.set(revocation.hash, until);
      fresh.push(revocation);
    }
    return fresh;
  }

  list(now: number): Revocation[] {
    return [...this.until]
      .filter(([, until]) => until > now)
      .map(([hash, until]) => ({ hash, until: until === Infinity ? null : new Date(until).toISOString() }));
  }
}

/** A time that cannot be read counts as never: a revocation must not be lost to a bad clock or format. */
function expiry(revocation: Revocation): number {
  const until = revocation.until === null ? Infinity : Date.parse(revocation.until);
  return Number.isNaN(until) ? Infinity : until;
}
