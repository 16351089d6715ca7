import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Pool } from 'undici';
import type { ConfigGateway } from '#libs/contract';
import { SnapshotStore } from '#libs/snapshot';
import { EgressGuard } from './egress-guard.js';
import type { GatewayDialer } from './gateway-dialer.js';
import type { DialTarget } from './dial-target.js';
import { PoolSet } from './pool-set.js';

/** Milliseconds to connect to another gateway. */
const CONNECT_MS = 3000;
/** Shorter than the 75 s for which gateways' servers keep idle connections, so that the client side lets go first. */
const KEEP_ALIVE_MS = 60_000;

/** Reaches a gateway under its hop URL, or else its own, where the {@link EgressGuard} lets it. */
@Injectable()
export class UrlDialer implements GatewayDialer, OnApplicationShutdown {
  private readonly pools: PoolSet;

  constructor(store: SnapshotStore, guard: EgressGuard) {
    this.pools = new PoolSet(
      (target, timeout) =>
        new Pool(target.origin, {
          connect: guard.connectorTo(target, { timeout, allowH2: false }),
          keepAliveTimeout: KEEP_ALIVE_MS,
          keepAliveMaxTimeout: KEEP_ALIVE_MS,
        }),
    );
    store.onReplaced((snapshot) => this.pools.prune((name) => snapshot.gateway(name) !== undefined));
  }

  dial(peer: ConfigGateway, path: string): DialTarget {
    const { pool, target } = this.pools.get(peer.name, peer.hopUrl ?? peer.url, CONNECT_MS);
    const base = target.pathname.endsWith('/') ? target.pathname.slice(0, -1) : target.pathname;
    return { dispatcher: pool, origin: target.origin, path: base + path };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pools.destroy();
  }
}
