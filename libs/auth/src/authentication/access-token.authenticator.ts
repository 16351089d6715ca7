import { Injectable } from '@nestjs/common';
import { GatewayError, tokenHash, TOKEN_LENGTH, type ConfigToken } from '#libs/contract';
import { REGISTRY_ISSUER, type Credential, type Principal } from '#libs/request';
import { SnapshotStore, type Snapshot } from '#libs/snapshot';
import type { Authenticator } from './authenticator.js';

const PREFIX = 'cwy_';

/** Personal access tokens. They are found by their hash, which is the only form in which a gateway knows them. */
@Injectable()
export class AccessTokenAuthenticator implements Authenticator {
  constructor(private readonly store: SnapshotStore) {}

  recognises(token: string): boolean {
    return token.startsWith(PREFIX);
  }

  /** The checksum is for people who mistype a token; here the look-up of the hash refuses what was never issued. */
  credentialOf(token: string): Credential {
    if (token.length !== TOKEN_LENGTH) throw new GatewayError('credentials_invalid');
    return new AccessToken(tokenHash(token), this.store);
  }
}

class AccessToken implements Credential {
  constructor(
    private readonly hash: string,
    private readonly store: SnapshotStore,
  ) {}

  verify(snapshot: Snapshot): Principal {
    // Revocations travel faster than snapshots, and hold whatever the snapshot still says.
    if (this.store.isRevoked(this.hash)) throw new GatewayError('credentials_revoked');
    const token = snapshot.token(this.hash);
    if (token === undefined) throw new GatewayError('credentials_invalid');
    const expiresAt = expiryOf(token);
    if (expiresAt <= Date.now()) throw new GatewayError('credentials_expired');
    return principalOf(token, expiresAt, snapshot);
  }
}

const expiryOf = ({ expiresAt }: ConfigToken): number =>
  expiresAt === null ? Infinity : Date.parse(expiresAt);

function principalOf(token: ConfigToken, expiresAt: number, snapshot: Snapshot): Principal {
  const user = snapshot.user(token.user);
  if (user === undefined) throw new GatewayError('credentials_invalid');
  if (!user.enabled) throw new GatewayError('principal_disabled');
  return {
    issuer: REGISTRY_ISSUER,
    subject: user.name,
    user: user.name,
    groups: user.groups,
    serverScope: token.scope.servers,
    expiresAt,
  };
}
