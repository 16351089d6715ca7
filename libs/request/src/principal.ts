/** The authenticated caller. Two issuers with the same subject are two principals. */
export interface Principal {
  /** `registry` for a personal access token, else the identity provider. */
  readonly issuer: string;
  readonly subject: string;
  /** Registry user; what audit and metrics show. */
  readonly user: string;
  readonly groups: readonly string[];
  /** Server name globs that the credential is limited to. */
  readonly serverScope: readonly string[];
  /** When the credential expires, milliseconds since the epoch; infinite if it never does. */
  readonly expiresAt: number;
}

/** Issuer of principals that personal access tokens stand for. */
export const REGISTRY_ISSUER = 'registry';
