import type { ConfigGateway } from '#libs/contract';
import type { DialTarget } from './dial-target.js';

/** Finds the way to another gateway, so that a kind of way other than its URL can be added. */
export interface GatewayDialer {
  /** @param path Path of the request below the gateway's URL. */
  dial(peer: ConfigGateway, path: string): DialTarget;
}

/** Injection token of the {@link GatewayDialer}. */
export const GATEWAY_DIALER = Symbol('GatewayDialer');
