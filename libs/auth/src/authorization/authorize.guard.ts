import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { GatewayFault, globMatches, negotiatesEra } from '#libs/contract';
import { Access, accessTo, type Decision, type DenialReason } from '../access/index.js';
import { exchangeOf, type Exchange } from '../exchange/exchange.js';
import { OWN_GATEWAY, type OwnGateway } from '../own-gateway.js';

const OUT_OF_SCOPE: Decision = { allowed: false, reason: 'access_denied', policy: null };

/**
 * Deny by default, on the pinned snapshot, at the entry gateway and again at the handling one. What is decided about is
 * the body, never a header.
 */
@Injectable()
export class AuthorizeGuard implements CanActivate {
  constructor(@Inject(OWN_GATEWAY) private readonly own: OwnGateway) {}

  canActivate(context: ExecutionContext): boolean {
    const exchange = exchangeOf(context);
    exchange.access = this.accessOf(exchange);
    exchange.decision = decide(exchange, exchange.access);
    if (exchange.decision.reason !== null) throw denialOf(exchange, exchange.decision.reason);
    return true;
  }

  private accessOf({ snapshot, principal, server }: Exchange): Access {
    if (snapshot === null || principal === null || this.own.name === null) return Access.NONE;
    return accessTo(snapshot, principal, server, this.own.name);
  }
}

function decide(exchange: Exchange, access: Access): Decision {
  const scope = exchange.principal?.serverScope ?? [];
  if (!scope.some((pattern) => globMatches(pattern, exchange.server))) return OUT_OF_SCOPE;
  return access.decide({ method: exchange.envelope?.method ?? null, tool: exchange.tool });
}

/**
 * A JSON-RPC error needs an id to answer to: a notification is refused as a whole. So is the negotiation of the era, which
 * such an error would decide.
 */
function denialOf({ envelope, tool }: Exchange, reason: DenialReason): GatewayFault {
  if (reason === 'access_denied' || envelope?.kind !== 'request' || negotiatesEra(envelope.method))
    return new GatewayFault('access_denied');
  const detail = reason === 'tool_denied' ? tool : envelope.method;
  return new GatewayFault(reason, { detail: detail ?? '' });
}
