import { Inject, Injectable, Logger } from '@nestjs/common';
import { SnapshotStore } from '#libs/snapshot';
import { ROUTING_OPTIONS, type LoadKind, type LoadLimit, type RoutingOptions } from '../routing.options.js';
import type { NextHop } from './next-hop.js';

/** A full next hop is logged once in this time, milliseconds: a flood of requests must not become one of log lines. */
const WARNING_INTERVAL_MS = 10_000;

/** So many principals are kept with nothing in progress, since a `Map` from which each request deletes replaces its table again and again. */
const KEPT_PRINCIPALS = 100;

/**
 * Places that principals share. One principal may take a place as long as it holds fewer than are free (dynamic thresholds,
 * Choudhury and Hahne 1998, with a factor of 1): alone it gets half of the limit, and n that compete get one of n + 1
 * equal parts each, of which the last stays free for whoever comes next. Memory follows what is taken, and nothing has to be
 * known of who may still come.
 */
export class SharedPlaces {
  private taken = 0;
  private readonly byPrincipal = new Map<string, number>();

  constructor(private readonly limit: number) {}

  get isIdle(): boolean {
    return this.taken === 0;
  }

  get isFull(): boolean {
    return this.taken >= this.limit;
  }

  /** True if the principal holds as many as are left for all others. */
  isShareUsedUp(principal: string): boolean {
    return (this.byPrincipal.get(principal) ?? 0) >= this.limit - this.taken;
  }

  take(principal: string): void {
    this.taken++;
    this.byPrincipal.set(principal, (this.byPrincipal.get(principal) ?? 0) + 1);
  }

  giveBack(principal: string): void {
    this.taken--;
    const held = this.byPrincipal.get(principal) ?? 0;
    if (held > 1 || this.byPrincipal.size < KEPT_PRINCIPALS) this.byPrincipal.set(principal, held - 1);
    else this.byPrincipal.delete(principal);
  }
}

/** What is under way to one next hop. */
class NextHopLoad implements Record<LoadKind, SharedPlaces> {
  readonly requests: SharedPlaces;
  readonly streams: SharedPlaces;
  private warnedAt = -Infinity;

  constructor(
    readonly name: string,
    readonly limit: LoadLimit,
  ) {
    this.requests = new SharedPlaces(limit.requests);
    this.streams = new SharedPlaces(limit.streams);
  }

  get isIdle(): boolean {
    return this.requests.isIdle && this.streams.isIdle;
  }

  /** Why one more of the principal is too many; null if it is not. */
  refusalOf(kind: LoadKind, principal: string): 'overloaded' | 'principal_limit_reached' | null {
    const places = this[kind];
    if (places.isFull) return 'overloaded';
    return places.isShareUsedUp(principal) ? 'principal_limit_reached' : null;
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
 * wherever the server is, and is lower than a hop's, so that one that hangs does not fill the hop to its neighbours. Within each limit principals have
 * shares, so that one of them cannot keep a next hop from all others.
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
   * @param principal names the caller among those of all issuers.
   * @throws GatewayError `overloaded` or `principal_limit_reached` when one more request of this kind is too many; it is not
   *   counted then.
   */
  enter(nextHop: NextHop, kind: LoadKind, principal: string): void {
    const server = this.server(nextHop);
    const hop = this.hop(nextHop);
    this.assertRoom(nextHop, kind, principal, server);
    if (hop !== null) this.assertRoom(nextHop, kind, principal, hop);
    server[kind].take(principal);
    hop?.[kind].take(principal);
  }

  leave(nextHop: NextHop, kind: LoadKind, principal: string): void {
    this.server(nextHop)[kind].giveBack(principal);
    this.hop(nextHop)?.[kind].giveBack(principal);
  }

  private server({ server }: NextHop): NextHopLoad {
    return loadOf(this.servers, server.name, this.options.perServer);
  }

  private hop(nextHop: NextHop): NextHopLoad | null {
    return nextHop.kind === 'hop' ? loadOf(this.hops, nextHop.name, this.options.perHop) : null;
  }

  private assertRoom(nextHop: NextHop, kind: LoadKind, principal: string, load: NextHopLoad): void {
    const reason = load.refusalOf(kind, principal);
    if (reason === null) return;
    if (reason === 'overloaded' && load.mayWarn(performance.now()))
      this.logger.warn(
        `${nextHop.label}: ${load.limit[kind]} ${kind} to ${load.name} are under way; more are refused`,
      );
    throw nextHop.because(reason, { retryAfter: RETRY_AFTER_SECONDS });
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
