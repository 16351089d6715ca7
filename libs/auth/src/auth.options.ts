export interface AuthOptions {
  /** Age of the newest signed head, seconds, beyond which requests are refused; 0: never. */
  maxStalenessSeconds: number;
}

/** Injection token of {@link AuthOptions}. */
export const AUTH_OPTIONS = Symbol('AuthOptions');
