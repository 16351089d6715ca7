export interface AuthOptions {
  /** Age of the newest signed head, seconds, beyond which requests are refused; 0: never. */
  maxStalenessSeconds: number;
  /** Addresses and networks (CIDR) of the proxies whose `X-Forwarded-For` says where a request is from. */
  trustedProxies: readonly string[];
}

/** Injection token of {@link AuthOptions}. */
export const AUTH_OPTIONS = Symbol('AuthOptions');
