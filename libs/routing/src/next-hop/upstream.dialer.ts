import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Pool } from 'undici';
import type { ConfigServer } from '#libs/contract';
import { SnapshotStore } from '#libs/snapshot';
import { ROUTING_OPTIONS, type RoutingOptions } from '../routing.options.js';
import type { DialTarget } from './dial-target.js';
import { EgressGuard } from './egress-guard.js';
import { PoolSet } from './pool-set.js';

/** For servers that give no hint of their own: many close after 5 s. */
const KEEP_ALIVE_MS = 4000;
const KEEP_ALIVE_MAX_MS = 60_000;

/** Reaches MCP servers under the URL in their registration, and no other, where the {@link EgressGuard} lets it. */
@Injectable()
export class UpstreamDialer implements OnApplicationShutdown {
  private readonly pools: PoolSet;

  constructor(
    store: SnapshotStore,
    guard: EgressGuard,
    @Inject(ROUTING_OPTIONS) options: Pick<RoutingOptions, 'upstreamLocalAddress'>,
  ) {
    this.pools = new PoolSet((target, timeout) => {
      const localAddress = options.upstreamLocalAddress;
      return new Pool(target.origin, {
        connect: guard.connectorTo(target, { timeout, allowH2: false }),
        ...(localAddress === null ? {} : { localAddress }),
        keepAliveTimeout: KEEP_ALIVE_MS,
        keepAliveMaxTimeout: KEEP_ALIVE_MAX_MS,
      });
    });
    store.onReplaced((snapshot) => this.pools.prune((name) => snapshot.server(name) !== undefined));
  }

  dial(server: ConfigServer): DialTarget {
    const { pool, target } = this.pools.get(server.name, server.url, server.timeouts.connectMs);
    return { dispatcher: pool, origin: target.origin, path: target.pathname + target.search };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pools.destroy();
  }
}
