import type { Revocation, Version } from '#libs/contract';

/** The newest revision as this control replica knows it. */
export interface FeedState extends Version {
  hopGeneration: number;
  /** When the database last confirmed that this is the newest revision. */
  confirmedAt: Date;
  /** The newest revocations, newest first. */
  revoked: readonly Revocation[];
}

/** A delta ready to be sent. */
export interface SignedDelta {
  revision: number;
  previousDigest: string;
  digest: string;
  /** Kinds of the items that it changes. */
  kinds: ReadonlySet<string>;
  jws: string;
}

/** A step of the feed: a new state and the deltas that lead to it; none if no deltas do, as after a change of epoch. */
export interface FeedStep {
  state: FeedState;
  deltas: readonly SignedDelta[];
}
