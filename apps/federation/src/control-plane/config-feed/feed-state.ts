import type { Revocation, Version } from '#libs/contract';

/** The newest revision as this control replica knows it. */
export interface FeedState extends Version {
  hopGeneration: number;
  /** When the database last confirmed that nothing is newer. */
  confirmedAt: Date;
  /** The newest revocations, newest first. */
  revoked: readonly Revocation[];
}

/** A delta ready to be sent. */
export interface SignedDelta {
  revision: number;
  previousDigest: string;
  digest: string;
  /** Kinds of the entities that it changes. */
  kinds: ReadonlySet<string>;
  jws: string;
}

/** A step of the feed: the deltas that lead to `state`; none if they do not, as after a change of epoch. */
export interface FeedStep {
  state: FeedState;
  deltas: readonly SignedDelta[];
}
