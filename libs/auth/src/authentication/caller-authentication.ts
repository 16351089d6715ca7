import { Inject, Injectable } from '@nestjs/common';
import { GatewayFault } from '#libs/contract';
import type { Caller, Credential, McpRequest, Principal } from '#libs/request';
import { SnapshotStore, type Snapshot } from '#libs/snapshot';
import { AUTH_OPTIONS, type AuthOptions } from '../auth.options.js';
import { AUTHENTICATORS, type Authenticator } from './authenticator.js';

const BEARER = /^Bearer +([A-Za-z0-9\-._~+/]+=*) *$/i;

/** Finds out who calls, by the credential of the request and the newest configuration. */
@Injectable()
export class CallerAuthentication {
  constructor(
    private readonly store: SnapshotStore,
    @Inject(AUTHENTICATORS) private readonly authenticators: readonly Authenticator[],
    @Inject(AUTH_OPTIONS) private readonly options: AuthOptions,
  ) {}

  /**
   * The snapshot that decides now. Without one nothing is known of anybody: neither 404 nor 401 would be true.
   * @throws GatewayFault `config_missing` or `config_stale`.
   */
  currentSnapshot(): Snapshot {
    const snapshot = this.store.current;
    if (snapshot === null) throw new GatewayFault('config_missing');
    if (this.isStale) throw new GatewayFault('config_stale');
    return snapshot;
  }

  /** True if {@link currentSnapshot} has one. */
  get isConfigured(): boolean {
    return this.store.current !== null && !this.isStale;
  }

  private get isStale(): boolean {
    const limit = this.options.maxStalenessSeconds * 1000;
    return limit > 0 && this.store.staleness() > limit;
  }

  /** @throws GatewayFault `credentials_missing`, `credentials_invalid` */
  credentialOf(request: McpRequest): Credential {
    const token = bearerToken(request);
    const kind = this.authenticators.find((authenticator) => authenticator.recognises(token));
    if (kind === undefined) throw new GatewayFault('credentials_invalid');
    return kind.credentialOf(token);
  }

  /**
   * The caller as of now; a promise only where the kind of the credential needs one.
   * @throws GatewayFault `config_missing`, `config_stale`, `credentials_*` or `principal_disabled`.
   */
  verify(credential: Credential): Caller | Promise<Caller> {
    const snapshot = this.currentSnapshot();
    const asOf = this.store.version;
    const principal = credential.verify(snapshot);
    const known = (found: Principal): Caller => ({ credential, principal: found, snapshot, asOf });
    return principal instanceof Promise ? principal.then(known) : known(principal);
  }

  /**
   * The caller as of now: the same one if nothing has happened that could make a difference, neither a new configuration nor
   * a revocation nor the expiry of the credential.
   * @throws GatewayFault as {@link verify}.
   */
  renew(caller: Caller): Caller | Promise<Caller> {
    const isSame = caller.asOf === this.store.version && caller.principal.expiresAt > Date.now();
    if (!isSame) return this.verify(caller.credential);
    this.currentSnapshot();
    return caller;
  }
}

function bearerToken({ headers }: McpRequest): string {
  const value = headers.authorization;
  if (value === undefined) throw new GatewayFault('credentials_missing');
  const token = BEARER.exec(value)?.[1];
  if (token === undefined) throw new GatewayFault('credentials_invalid');
  return token;
}
