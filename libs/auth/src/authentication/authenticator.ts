import type { Credential } from '#libs/request';

/** One kind of bearer token. The token itself shows in no principal and in no error. */
export interface Authenticator {
  /** True if the token has the form of this kind; the first authenticator that says so decides. */
  recognises(token: string): boolean;
  /**
   * Reads the token once, so that it can be judged by any snapshot later without reading it again.
   * @throws GatewayError `credentials_invalid` if no snapshot could accept it.
   */
  credentialOf(token: string): Credential;
}

/** Injection token of the list of {@link Authenticator}s. */
export const AUTHENTICATORS = Symbol('Authenticators');
