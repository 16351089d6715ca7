import type { Snapshot } from '#libs/snapshot';
import type { Principal } from '../principal.js';

/** One kind of bearer token. */
export interface Authenticator {
  /** True if the token has the form of this kind; the first authenticator that says so decides. */
  recognises(token: string): boolean;
  /** @throws GatewayFault `credentials_*` or `principal_disabled`. */
  authenticate(token: string, snapshot: Snapshot): Principal | Promise<Principal>;
}

/** Injection token of the list of {@link Authenticator}s. */
export const AUTHENTICATORS = Symbol('Authenticators');
