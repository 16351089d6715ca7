import type { Exchange, Route, Standing } from '#libs/auth';
import type { GatewayFault } from '#libs/contract';
import type { EventStream } from './event-stream.js';

/** A response whose body is on its way to the caller. */
export interface WatchedResponse {
  readonly exchange: Exchange;
  readonly route: Route;
  /** By when it must have ended, in the time of `performance.now()`. */
  readonly endsBy: number;
  /** True for a stream that stays open until somebody ends it: of a GET, or of `subscriptions/listen`. */
  readonly isListening: boolean;
  /** Null if it is no stream of events, or one that nothing can be put into. */
  readonly events: EventStream | null;
  /** Ends it as a whole response; the caller comes back, if it wants to. */
  finish(): void;
  /** Breaks it off; nobody shall take it for whole. */
  fail(fault: GatewayFault): void;
  /** Its time is over. */
  expire(): void;
  /** Lets it go on as what the caller may see and do now. */
  renew(standing: Standing): void;
}
