import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { GatewayFault, HEADERS } from '#libs/contract';
import type { Snapshot } from '#libs/snapshot';
import { exchangeOf, type Exchange } from '../exchange/exchange.js';
import { HopVerifier } from '../hop/hop-verifier.js';
import type { Principal } from '../principal.js';
import { CallerAuthentication } from './caller-authentication.js';
import { FailedCredentials } from './failed-credentials.js';

/** Finds out who calls, and over which way: pins hop context, principal and snapshot to the exchange. */
@Injectable()
export class AuthenticateGuard implements CanActivate {
  constructor(
    private readonly caller: CallerAuthentication,
    private readonly hops: HopVerifier,
    private readonly failures: FailedCredentials,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const exchange = exchangeOf(context);
    this.caller.currentSnapshot();
    if (exchange.header(HEADERS.hop) !== undefined) await this.hops.accept(exchange);
    exchange.snapshot = this.caller.currentSnapshot();
    exchange.principal = await this.authenticate(exchange, exchange.snapshot);
    return true;
  }

  private async authenticate(exchange: Exchange, snapshot: Snapshot): Promise<Principal> {
    try {
      return await this.caller.principalOf(exchange, snapshot);
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
