import { Inject, Injectable, Logger } from '@nestjs/common';
import type { GatewayError } from '#libs/contract';
import { SnapshotStore } from '#libs/snapshot';
import { ROUTING_OPTIONS, type LoadKind, type LoadLimit, type RoutingOptions } from '../routing.options.js';
import type { NextHop } from './next-hop.js';

/** A full next hop is logged once in this time, milliseconds: a flood of requests must not become one of log lines. */
const WARNING_INTERVAL_MS = 10_000;

/** What is under way to one next hop. */
export class NextHopLoad implements Record<LoadKind, number> {
  requests = 0;
  streams = 0;
  private warnedAt = -Infinity;

  constructor(
    readonly name: string,
    readonly limit: LoadLimit,
  ) {}

  get isIdle(): boolean {
    return this.requests === 0 && this.streams === 0;
  }

  isFull(kind: LoadKind): boolean {
    return this[kind] >= this.limit[kind];
  }

  /** True at most once in an interval. */
  mayWarn(now: number): boolean {
    if (now - this.warnedAt < WARNING_INTERVAL_MS) return false;
    this.warnedAt = now;
    return true;
  }
}

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
    store: SnapshotStore,
  ) {
    store.onReplaced((snapshot) => {
      prune(this.servers, (name) => snapshot.server(name) !== undefined);
      prune(this.hops, (name) => snapshot.gateway(name) !== undefined);
    });
  }

  /**
   * To be called before a request is sent, and {@link leave} exactly once when nothing of it is under way any more.
   * @throws GatewayError `overloaded` when one more request of this kind is too many; it is not counted then.
   */
  enter(nextHop: NextHop, kind: LoadKind): void {
    const server = this.server(nextHop);
    if (server.isFull(kind)) throw this.refusal(nextHop, kind, server);
    const hop = this.hop(nextHop);
    if (hop?.isFull(kind)) throw this.refusal(nextHop, kind, hop);
    server[kind]++;
    if (hop !== null) hop[kind]++;
  }

  leave(nextHop: NextHop, kind: LoadKind): void {
    this.server(nextHop)[kind]--;
    const hop = this.hop(nextHop);
    if (hop !== null) hop[kind]--;
  }

  private server({ server }: NextHop): NextHopLoad {
    return loadOf(this.servers, server.name, this.options.perServer);
  }

  private hop(nextHop: NextHop): NextHopLoad | null {
    return nextHop.kind === 'hop' ? loadOf(this.hops, nextHop.name, this.options.perHop) : null;
  }

  private refusal(nextHop: NextHop, kind: LoadKind, load: NextHopLoad): GatewayError {
    if (load.mayWarn(performance.now()))
      this.logger.warn(
        `${nextHop.label}: ${load.limit[kind]} ${kind} to ${load.name} are under way; more are refused`,
      );
    return nextHop.because('overloaded', { retryAfter: RETRY_AFTER_SECONDS });
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
