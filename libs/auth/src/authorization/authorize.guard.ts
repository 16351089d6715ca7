import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { GatewayFault } from '#libs/contract';
import { exchangeOf } from '../exchange/exchange.js';
import { OWN_GATEWAY, type OwnGateway } from '../own-gateway.js';
import { denialOf, standingOf } from './authorize-exchange.js';

/**
 * Deny by default, on the pinned snapshot, at the entry gateway and again at the handling one. What is decided about is
 * the body, never a header.
 */
@Injectable()
export class AuthorizeGuard implements CanActivate {
  constructor(@Inject(OWN_GATEWAY) private readonly own: OwnGateway) {}

  canActivate(context: ExecutionContext): boolean {
    const exchange = exchangeOf(context);
    const { snapshot, principal } = exchange;
    if (snapshot === null || principal === null) throw new GatewayFault('access_denied');
    const { access, decision } = standingOf(exchange, snapshot, principal, this.own.name);
    exchange.access = access;
    exchange.decision = decision;
    if (decision.reason !== null) throw denialOf(exchange, decision.reason);
    return true;
  }
}
