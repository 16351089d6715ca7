import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { GatewayFault, HEADERS } from '#libs/contract';
import { SnapshotStore, type Snapshot } from '#libs/snapshot';
import { AUTH_OPTIONS, type AuthOptions } from '../auth.options.js';
import { exchangeOf, type Exchange } from '../exchange/exchange.js';
import { HopVerifier } from '../hop/hop-verifier.js';
import type { Principal } from '../principal.js';
import { AUTHENTICATORS, type Authenticator } from './authenticator.js';
import { FailedCredentials } from './failed-credentials.js';

const BEARER = /^Bearer +([A-Za-z0-9\-._~+/]+=*) *$/i;

/** Finds out who calls, and over which way: pins hop context, principal and snapshot to the exchange. */
@Injectable()
export class AuthenticateGuard implements CanActivate {
  constructor(
    private readonly store: SnapshotStore,
    private readonly hops: HopVerifier,
    private readonly failures: FailedCredentials,
    @Inject(AUTHENTICATORS) private readonly authenticators: readonly Authenticator[],
    @Inject(AUTH_OPTIONS) private readonly options: AuthOptions,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const exchange = exchangeOf(context);
    this.assertConfigured();
    if (exchange.header(HEADERS.hop) !== undefined) await this.hops.accept(exchange);
    exchange.snapshot = this.assertConfigured();
    exchange.principal = await this.authenticate(exchange, exchange.snapshot);
    return true;
  }

  /** Without a configuration nothing is known of anybody: neither 404 nor 401 would be true. */
  private assertConfigured(): Snapshot {
    const snapshot = this.store.current;
    if (snapshot === null) throw new GatewayFault('config_missing');
    const limit = this.options.maxStalenessSeconds * 1000;
    if (limit > 0 && this.store.staleness() > limit) throw new GatewayFault('config_stale');
    return snapshot;
  }

  private async authenticate(exchange: Exchange, snapshot: Snapshot): Promise<Principal> {
    try {
      const token = bearerToken(exchange);
      const kind = this.authenticators.find((authenticator) => authenticator.recognises(token));
      if (kind === undefined) throw new GatewayFault('credentials_invalid');
      return await kind.authenticate(token, snapshot);
    } catch (error) {
      this.throttle(exchange);
      throw error;
    }
  }

  /** Over a hop every agent has the entry gateway's address, and that gateway has already counted. */
  private throttle(exchange: Exchange): void {
    if (exchange.hop !== null) return;
    const retryAfter = this.failures.count(exchange.request.socket.remoteAddress ?? '');
    if (retryAfter === 0) return;
    exchange.audited = false;
    throw new GatewayFault('credentials_throttled', { retryAfter });
  }
}

function bearerToken(exchange: Exchange): string {
  const value = exchange.request.headers.authorization;
  if (value === undefined) throw new GatewayFault('credentials_missing');
  const token = BEARER.exec(value)?.[1];
  if (token === undefined) throw new GatewayFault('credentials_invalid');
  return token;
}
