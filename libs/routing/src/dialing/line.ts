import type { Dispatcher } from 'undici';

/** A way to the next hop. */
export interface Line {
  readonly dispatcher: Dispatcher;
  /** Origin of the next hop, for undici. */
  readonly origin: string;
  /** Path and query at that origin. */
  readonly path: string;
}
