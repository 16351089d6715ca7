import type { ConfigGateway } from '#libs/contract';
import type { DialTarget } from './dial-target.js';

/**
 * Finds the way to another gateway, so that a kind of way other than its URL can be added. Whatever the way: a request arrives
 * as it was sent, no request waits for another one to end, connections are used again, and a request that is aborted ends at
 * the gateway, too. If a gateway cannot be reached, its requests fail, not `dial`.
 */
export interface GatewayDialer {
  /** @param path Path and query of the request, below the gateway's URL. */
  dial(peer: ConfigGateway, path: string): DialTarget;
}

/** Injection token of the {@link GatewayDialer}. */
export const GATEWAY_DIALER = Symbol('GatewayDialer');
