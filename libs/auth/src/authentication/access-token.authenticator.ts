import { Injectable } from '@nestjs/common';
import { GatewayFault, isWellFormedToken, tokenHash, type ConfigToken } from '#libs/contract';
import { SnapshotStore, type Snapshot } from '#libs/snapshot';
import { REGISTRY_ISSUER, type Principal } from '../principal.js';
import type { Authenticator } from './authenticator.js';

/** Personal access tokens: `cwy_`, 256 random bits, checksum. They are found by their hash. */
@Injectable()
export class AccessTokenAuthenticator implements Authenticator {
  constructor(private readonly store: SnapshotStore) {}

  recognises(token: string): boolean {
    return token.startsWith('cwy_');
  }

  authenticate(token: string, snapshot: Snapshot): Principal {
    if (!isWellFormedToken('cwy_', token)) throw new GatewayFault('credentials_invalid');
    const hash = tokenHash(token);
    // Revocations travel faster than snapshots, and hold whatever the pinned snapshot still says.
    if (this.store.isRevoked(hash)) throw new GatewayFault('credentials_revoked');
    const entity = snapshot.token(hash);
    if (entity === undefined) throw new GatewayFault('credentials_invalid');
    if (expiryOf(entity) <= Date.now()) throw new GatewayFault('credentials_expired');
    return principalOf(entity, snapshot);
  }
}

const expiryOf = ({ expiresAt }: ConfigToken): number =>
  expiresAt === null ? Infinity : Date.parse(expiresAt);

function principalOf(token: ConfigToken, snapshot: Snapshot): Principal {
  const user = snapshot.user(token.user);
  if (user === undefined) throw new GatewayFault('credentials_invalid');
  if (!user.enabled) throw new GatewayFault('principal_disabled');
  return {
    issuer: REGISTRY_ISSUER,
    subject: user.name,
    user: user.name,
    groups: user.groups,
    serverScope: token.scope.servers,
    expiresAt: expiryOf(token),
  };
}
