import { Module, type DynamicModule, type ModuleMetadata } from '@nestjs/common';
import { GATEWAY_DIALER } from './dialing/gateway-dialer.js';
import { UpstreamDialer } from './dialing/upstream.dialer.js';
import { UrlDialer } from './dialing/url.dialer.js';
import { FaultLog } from './fault/fault-log.js';
import { Forwarder } from './forwarder.js';
import { NextHopLimits } from './limit/next-hop-limits.js';
import { ResponseReview } from './relay/stream/response-review.js';
import { StreamWatch } from './relay/stream/stream-watch.js';
import { NextRequests } from './request/next-request.js';
import { ROUTING_OPTIONS, type RoutingOptions } from './routing.options.js';

/**
 * Forwarding to other gateways and to MCP servers. `imports` must export SnapshotStore, OWN_GATEWAY and what AuthModule
 * exports.
 */
@Module({})
export class HopForwardingModule {
  static register(
    options: RoutingOptions & { imports: NonNullable<ModuleMetadata['imports']> },
  ): DynamicModule {
    const { imports, ...own } = options;
    return {
      module: HopForwardingModule,
      imports,
      providers: [
        { provide: ROUTING_OPTIONS, useValue: own },
        { provide: GATEWAY_DIALER, useClass: UrlDialer },
        UpstreamDialer,
        NextRequests,
        ResponseReview,
        StreamWatch,
        NextHopLimits,
        FaultLog,
        Forwarder,
      ],
      exports: [FaultLog, Forwarder, StreamWatch],
    };
  }
}
