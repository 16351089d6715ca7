import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { GatewayFault } from '#libs/contract';
import { CallerAuthentication } from '../authentication/caller-authentication.js';
import { exchangeOf } from '../exchange/exchange.js';
import { OWN_GATEWAY, type OwnGateway } from '../own-gateway.js';
import { denialOf, standingOf } from './authorize-exchange.js';

/**
 * Deny by default, on the pinned snapshot, at the entry gateway and again at the handling one. What is decided about is
 * the body, never a header.
 *
 * The caller chooses when the body is here, so that what was known of it when the headers came may be old: caller and
 * snapshot are pinned anew, lest a request that was kept waiting outlives the revocation of its credential.
 */
@Injectable()
export class AuthorizeGuard implements CanActivate {
  constructor(
    private readonly caller: CallerAuthentication,
    @Inject(OWN_GATEWAY) private readonly own: OwnGateway,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const exchange = exchangeOf(context);
    if (exchange.principal === null) throw new GatewayFault('access_denied');
    const snapshot = this.caller.currentSnapshot();
    const principal = await this.caller.principalOf(exchange, snapshot);
    exchange.snapshot = snapshot;
    exchange.principal = principal;
    const { access, decision } = standingOf(exchange, snapshot, principal, this.own.name);
    exchange.access = access;
    exchange.decision = decision;
    if (decision.reason !== null) throw denialOf(exchange, decision.reason);
    return true;
  }
}
