import { Injectable } from '@nestjs/common';
import type { Revocation } from '#libs/contract';
import type { Snapshot } from './snapshot.js';

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

type Listener = (snapshot: Snapshot) => void;
type RevocationListener = (revocations: readonly Revocation[]) => void;

/**
 * The one mutable thing of a gateway: the current snapshot, replaced in one assignment. Beside it the revocations, which
 * hold whatever a snapshot says, and the time of the newest signed head.
 */
@Injectable()
export class SnapshotStore {
  private snapshot: Snapshot | null = null;
  private lost: string | null = null;
  private signedAt: number | null = null;
  private changes = 0;
  private readonly tombstoned = new Tombstones();
  private readonly listeners = new Set<Listener>();
  private readonly revocationListeners = new Set<RevocationListener>();

  /** Null: this gateway has no configuration, and must answer `config_missing` or, with a {@link loss}, `config_damaged`. */
  get current(): Snapshot | null {
    return this.snapshot;
  }

  /** What was lost on disk of a configuration that this gateway has served, so that what is left must not be served. */
  get loss(): string | null {
    return this.lost;
  }

  /** Takes note of such a loss; the next snapshot makes up for it. */
  withhold(loss: string): void {
    this.lost = loss;
  }

  /** Another number after each replacement and each new revocation: what was decided at the same number still holds. */
  get version(): number {
    return this.changes;
  }

  replace(snapshot: Snapshot): void {
    this.snapshot = snapshot;
    this.lost = null;
    this.changes++;
    for (const listener of this.listeners) listener(snapshot);
  }

  /** Calls back after each replacement; returns the way to stop that. */
  onReplaced(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** When the newest accepted head was signed, milliseconds since the epoch. */
  get headTime(): number | null {
    return this.signedAt;
  }

  /** Takes note of an accepted head's time; an older one changes nothing. */
  noteHead(signedAt: number): void {
    this.signedAt = Math.max(this.signedAt ?? -Infinity, signedAt);
  }

  /** Age of the newest accepted head, milliseconds; infinite without one. */
  staleness(now = Date.now()): number {
    return this.signedAt === null ? Infinity : Math.max(0, now - this.signedAt);
  }

  /** True if the newest accepted head is older than the limit. @param maxSeconds 0: there is no limit. */
  isStale(maxSeconds: number): boolean {
    return maxSeconds > 0 && this.staleness() > maxSeconds * 1000;
  }

  /** @param hash SHA-256 of the token, lower-case hex. */
  isRevoked(hash: string): boolean {
    return this.tombstoned.has(hash, Date.now());
  }

  /** Revokes at once, whatever the current snapshot; returns what was not revoked before. */
  revoke(revocations: Iterable<Revocation>): Revocation[] {
    const fresh = this.tombstoned.add(revocations, Date.now());
    if (fresh.length === 0) return fresh;
    this.changes++;
    for (const listener of this.revocationListeners) listener(fresh);
    return fresh;
  }

  /** Calls back with what was not revoked before, once it holds; returns the way to stop that. */
  onRevoked(listener: RevocationListener): () => void {
    this.revocationListeners.add(listener);
    return () => this.revocationListeners.delete(listener);
  }

  /** Every revocation whose token has not expired. */
  tombstones(): Revocation[] {
    return this.tombstoned.list(Date.now());
  }

  /** True if the snapshot has reached a revision. */
  hasRevision(revision: number): boolean {
    return (this.snapshot?.revision ?? 0) >= revision;
  }

  /**
   * Waits until the snapshot has reached a revision.
   * @param timeoutMs Longest wait in milliseconds.
   * @returns False if it has not in that time.
   */
  async whenRevision(revision: number, timeoutMs: number): Promise<boolean> {
    if (this.hasRevision(revision)) return true;
    return new Promise((resolve) => {
      const settle = (result: boolean): void => {
        clearTimeout(timer);
        stop();
        resolve(result);
      };
      const timer = setTimeout(settle, timeoutMs, false);
      const stop = this.onReplaced(() => this.hasRevision(revision) && settle(true));
    });
  }
}
