import { Inject, Injectable } from '@nestjs/common';
import { GatewayFault } from '#libs/contract';
import type { Authorized } from '#libs/auth';
import { OWN_GATEWAY, stageKey, type OwnGateway, type RequestLog } from '#libs/request';
import type { NextHop } from '../next-hop/next-hop.js';
import { decideRoute, type NoWay } from './decide-route.js';

/** After routing: where the request goes. */
export interface Routed extends Authorized {
  readonly nextHop: NextHop;
}

export const ROUTED = stageKey<Routed>('routing');

/** Stage 5: to the MCP server if this gateway is the one next to it, else to the gateway that is. */
@Injectable()
export class Routing {
  constructor(@Inject(OWN_GATEWAY) private readonly own: OwnGateway) {}

  /** @throws GatewayFault `loop_detected` or `remote_gateway_unreachable`. */
  route(authorized: Authorized, log: RequestLog): Routed {
    const { request, requestId, hop, caller, snapshot, asked, message, access, server } = authorized;
    const nextHop = decideRoute(snapshot, this.own, server, hop !== null);
    if (nextHop.kind === 'reject') throw this.noWay(nextHop);
    log.nextHop = nextHop;
    return { request, requestId, hop, caller, snapshot, asked, message, access, server, nextHop };
  }

  private noWay({ reason, handler }: NoWay): GatewayFault {
    const peer = handler ?? 'none';
    return new GatewayFault(reason, { peer, hop: `${this.own.label}->${peer}` });
  }
}
