import type { Snapshot } from '#libs/snapshot';

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

/** Names a principal among those of all issuers. An issuer's name has no space. */
export const principalKey = ({ issuer, subject }: Principal): string => `${issuer} ${subject}`;

/** Issuer of principals that personal access tokens stand for. */
export const REGISTRY_ISSUER = 'registry';

/** A credential whose form has been read, and that is judged by a snapshot, as often as needed. */
export interface Credential {
  /** @throws GatewayError `credentials_*` or `principal_disabled`. */
  verify(snapshot: Snapshot): Principal | Promise<Principal>;
}

/** A caller as the configuration and the revocations of one moment know it. */
export interface Caller {
  readonly credential: Credential;
  readonly principal: Principal;
  /** `SnapshotStore.version` at that moment. */
  readonly asOf: number;
}
