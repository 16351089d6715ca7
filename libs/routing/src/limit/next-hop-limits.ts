import { Inject, Injectable, Logger } from '@nestjs/common';
import { OWN_GATEWAY, type OwnGateway, type Route } from '#libs/auth';
import { GatewayFault } from '#libs/contract';
import { SnapshotStore } from '#libs/snapshot';
import { hopOf } from '../fault/transport-fault.js';
import { ROUTING_OPTIONS, type RoutingOptions } from '../routing.options.js';
import { NextHopLoad, type LoadKind, type LoadLimit } from './next-hop-load.js';

const RETRY_AFTER_SECONDS = 1;

/**
 * Limits what this process has under way to each MCP server and to each remote gateway. An MCP server's limit holds
 * wherever the server is, and is lower than a hop's, so that one that hangs does not fill the hop to its neighbours.
 */
@Injectable()
export class NextHopLimits {
  private readonly logger = new Logger('RequestPath');
  private readonly servers = new Map<string, NextHopLoad>();
  private readonly hops = new Map<string, NextHopLoad>();

  constructor(
    @Inject(ROUTING_OPTIONS) private readonly options: Pick<RoutingOptions, 'perServer' | 'perHop'>,
    @Inject(OWN_GATEWAY) private readonly own: OwnGateway,
    store: SnapshotStore,
  ) {
    store.onReplaced((snapshot) => {
      prune(this.servers, (name) => snapshot.server(name) !== undefined);
      prune(this.hops, (name) => snapshot.gateway(name) !== undefined);
    });
  }

  /** @throws GatewayFault `overloaded` when one more request of this kind is too many. */
  assertRoom(route: Route, kind: LoadKind): void {
    const server = this.server(route);
    if (server.isFull(kind)) throw this.refusal(route, kind, server);
    const hop = this.hop(route);
    if (hop?.isFull(kind)) throw this.refusal(route, kind, hop);
  }

  /** To be called before a request is sent, and {@link leave} exactly once when nothing of it is under way any more. */
  enter(route: Route, kind: LoadKind): void {
    this.count(route, kind, 1);
  }

  leave(route: Route, kind: LoadKind): void {
    this.count(route, kind, -1);
  }

  private count(route: Route, kind: LoadKind, step: 1 | -1): void {
    this.server(route)[kind] += step;
    const hop = this.hop(route);
    if (hop !== null) hop[kind] += step;
  }

  private server({ server }: Route): NextHopLoad {
    return loadOf(this.servers, server.name, this.options.perServer);
  }

  private hop(route: Route): NextHopLoad | null {
    return route.kind === 'hop' ? loadOf(this.hops, route.peer.name, this.options.perHop) : null;
  }

  private refusal(route: Route, kind: LoadKind, load: NextHopLoad): GatewayFault {
    const next = hopOf(route, this.own.label);
    if (load.mayWarn(performance.now()))
      this.logger.warn(
        `${next.hop}: ${load.limit[kind]} ${kind} to ${load.name} are under way; more are refused`,
      );
    return new GatewayFault('overloaded', { ...next, retryAfter: RETRY_AFTER_SECONDS });
  }
}

function loadOf(loads: Map<string, NextHopLoad>, name: string, limit: LoadLimit): NextHopLoad {
  let load = loads.get(name);
  if (load === undefined) loads.set(name, (load = new NextHopLoad(name, limit)));
  return load;
}

/** A name that is gone stays as long as something is under way to it. */
function prune(loads: Map<string, NextHopLoad>, isRegistered: (name: string) => boolean): void {
  for (const [name, load] of loads) if (load.isIdle && !isRegistered(name)) loads.delete(name);
}
