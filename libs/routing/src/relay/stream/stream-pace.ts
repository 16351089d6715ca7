/** How often, and after how long, open responses are looked after; milliseconds. */
export interface StreamPace {
  /** Between two looks at all open responses. */
  readonly sweepMs: number;
  /** Silence after which a stream of events gets a comment, so that nothing on the way takes it for dead. */
  readonly keepAliveMs: number;
  /** Least time between two reviews of all open responses: a flood of changes must not become one of reviews. */
  readonly reviewGapMs: number;
  /** For a reader to take the rest of a response that this gateway has ended. */
  readonly lingerMs: number;
}

/** Injection token of a {@link StreamPace} other than {@link DEFAULT_STREAM_PACE}. */
export const STREAM_PACE = Symbol('StreamPace');

export const DEFAULT_STREAM_PACE: StreamPace = {
  sweepMs: 1000,
  keepAliveMs: 15_000,
  reviewGapMs: 200,
  lingerMs: 5000,
};
