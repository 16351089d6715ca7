import { Inject, Injectable, type CallHandler, type NestInterceptor } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { handlingGateway, type Reason, type ConfigServer, GatewayError } from '#libs/contract';
import {
  type OwnGateway,
  OWN_GATEWAY,
  stageKey,
  type RequestLog,
  passageOf,
  type HttpContext,
} from '#libs/request';
import type { Snapshot } from '#libs/snapshot';
import { type Authorized, AUTHORIZED } from '#libs/auth';
import { GatewayHop, UpstreamHop, type NextHop } from '../next-hop/next-hop.js';

/** There is no way: the reason, and the gateway that handles the server, if it has one. */
export interface NoWay {
  readonly kind: 'reject';
  readonly reason: Reason;
  readonly handler: string | null;
}

/**
 * Where a request for this MCP server goes from this gateway. Gateways are compared by identity: the registry has resolved
 * the proxy URL to a gateway, so that case, a trailing slash or a default port cannot make a loop.
 * @param overHop The request came from another gateway; it is never passed on to a third.
 */
export function decideRoute(
  snapshot: Snapshot,
  own: Pick<OwnGateway, 'name' | 'label'>,
  server: ConfigServer,
  overHop: boolean,
): NextHop | NoWay {
  const handler = handlingGateway(server);
  if (handler === null) return reject('remote_gateway_unreachable', null);
  if (handler === own.name) return new UpstreamHop(own.label, server);
  if (overHop) return reject('loop_detected', handler);
  const peer = snapshot.gateway(handler);
  return peer === undefined
    ? reject('remote_gateway_unreachable', handler)
    : new GatewayHop(own.label, peer, server);
}

const reject = (reason: Reason, handler: string | null): NoWay => ({ kind: 'reject', reason, handler });

/** After routing: where the request goes. */
export interface Routed extends Authorized {
  readonly nextHop: NextHop;
}

export const ROUTED = stageKey<Routed>('routing');

/** Stage 5: to the MCP server if this gateway is the one next to it, else to the gateway that is. */
@Injectable()
export class Routing {
  constructor(@Inject(OWN_GATEWAY) private readonly own: OwnGateway) {}

  /** @throws GatewayError `loop_detected` or `remote_gateway_unreachable`. */
  route(authorized: Authorized, log: RequestLog): Routed {
    const { request, requestId, hop, caller, snapshot, asked, message, access, server } = authorized;
    const nextHop = decideRoute(snapshot, this.own, server, hop !== null);
    if (nextHop.kind === 'reject') throw this.noWay(nextHop);
    log.nextHop = nextHop;
    return { request, requestId, hop, caller, snapshot, asked, message, access, server, nextHop };
  }

  private noWay({ reason, handler }: NoWay): GatewayError {
    const peer = handler ?? 'none';
    return new GatewayError(reason, { peer, leg: `${this.own.label}->${peer}` });
  }
}

/** Nest's face of the stage {@link Routing}. */
@Injectable()
export class RoutingInterceptor implements NestInterceptor {
  constructor(private readonly routing: Routing) {}

  intercept(context: HttpContext, next: CallHandler): Observable<unknown> {
    const passage = passageOf(context);
    passage.keep(ROUTED, this.routing.route(passage.after(AUTHORIZED), passage.log));
    return next.handle();
  }
}
