import type { Snapshot } from '#libs/snapshot';

/** A signed statement that names the digest of a snapshot. */
export interface Proof {
  type: 'head' | 'delta';
  jws: string;
}

/**
 * Hears of everything that a cold start without the control plane needs. None of it may fail or block: what is served
 * does not depend on the disk.
 */
export abstract class ConfigJournal {
  /** The current snapshot was replaced by a fully loaded one. */
  abstract replaced(snapshot: Snapshot, proof: Proof): void;

  /** The current snapshot was moved on by a delta, a JWS. */
  abstract applied(delta: string): void;

  /** A head was accepted, a JWS. */
  abstract heard(head: string): void;

  /** There are new revocations. */
  abstract revoked(): void;
}
