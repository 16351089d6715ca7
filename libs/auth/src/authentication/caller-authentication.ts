import { Inject, Injectable } from '@nestjs/common';
import { GatewayFault } from '#libs/contract';
import { SnapshotStore, type Snapshot } from '#libs/snapshot';
import { AUTH_OPTIONS, type AuthOptions } from '../auth.options.js';
import type { Exchange } from '../exchange/exchange.js';
import type { Principal } from '../principal.js';
import { AUTHENTICATORS, type Authenticator } from './authenticator.js';

const BEARER = /^Bearer +([A-Za-z0-9\-._~+/]+=*) *$/i;

/** Finds out who calls, by the credential of the request and a snapshot. */
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

  /** @throws GatewayFault `credentials_*` or `principal_disabled`. */
  principalOf(exchange: Exchange, snapshot: Snapshot): Principal | Promise<Principal> {
    const token = bearerToken(exchange);
    const kind = this.authenticators.find((authenticator) => authenticator.recognises(token));
    if (kind === undefined) throw new GatewayFault('credentials_invalid');
    return kind.authenticate(token, snapshot);
  }
}

function bearerToken(exchange: Exchange): string {
  const value = exchange.request.headers.authorization;
  if (value === undefined) throw new GatewayFault('credentials_missing');
  const token = BEARER.exec(value)?.[1];
  if (token === undefined) throw new GatewayFault('credentials_invalid');
  return token;
}
