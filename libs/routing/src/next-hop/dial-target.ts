import type { Dispatcher } from 'undici';

/** How to reach a next hop. */
export interface DialTarget {
  readonly dispatcher: Dispatcher;
  /** Origin of the next hop, for undici. */
  readonly origin: string;
  /** Path and query at that origin. */
  readonly path: string;
}
