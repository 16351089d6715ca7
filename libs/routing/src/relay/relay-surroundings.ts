import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import type { GatewayFault } from '#libs/contract';
import type { FaultLog } from '../fault/fault-log.js';
import type { WatchedResponse } from './stream/watched-response.js';

/** What the relay of one response needs from outside. */
export interface RelaySurroundings {
  readonly ownGateway: string;
  readonly watch: ResponseWatch;
  /** For what fails when it is too late to render it. */
  readonly faultLog: Pick<FaultLog, 'report'>;
  /**
   * Judges the next hop's response head and returns the headers to answer with.
   * @throws GatewayFault when this gateway must answer itself.
   */
  head(status: number, headers: IncomingHttpHeaders): OutgoingHttpHeaders;
  /**
   * Told of each interim response.
   * @throws GatewayFault when the final one takes too long.
   */
  interim(): void;
  /** Called once: with the fault if nothing was sent yet, so that it can be rendered, else with null. */
  settle(fault: GatewayFault | null): void;
  /** Sends the request once more; nothing of it had left. */
  again(): void;
}

/** Where the response is watched from its head until it has closed; see `StreamWatch`. */
export interface ResponseWatch {
  /** For a reader to take the rest of a response that this gateway has ended, milliseconds. */
  readonly lingerMs: number;
  /** @throws GatewayFault when the response must not go back. */
  add(response: WatchedResponse): void;
  delete(response: WatchedResponse): void;
}
