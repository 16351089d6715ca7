import { Module, type DynamicModule, type ModuleMetadata } from '@nestjs/common';
import { Routing } from './decision/routing.js';
import { FaultLog } from './fault/fault-log.js';
import { Forwarding } from './forwarding.js';
import { EgressGuard } from './next-hop/egress-guard.js';
import { GATEWAY_DIALER } from './next-hop/gateway-dialer.js';
import { LegacyTransport } from './next-hop/legacy-transport.js';
import { NextHopLimits } from './next-hop/next-hop-limits.js';
import { NextRequests } from './next-hop/next-request.js';
import { OwnServices } from './next-hop/own-services.js';
import { UpstreamDialer } from './next-hop/upstream.dialer.js';
import { UrlDialer } from './next-hop/url.dialer.js';
import { ResponseHeads } from './relay/response-head.js';
import { ResponseReview } from './relay/stream/response-review.js';
import { StreamWatch } from './relay/stream/stream-watch.js';
import { ROUTING_OPTIONS, type RoutingOptions } from './routing.options.js';

/**
 * Routing and forwarding to other gateways and to MCP servers. `imports` must export SnapshotStore, OWN_GATEWAY and what
 * AuthModule exports.
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
        OwnServices,
        EgressGuard,
        UpstreamDialer,
        LegacyTransport,
        NextRequests,
        NextHopLimits,
        ResponseHeads,
        ResponseReview,
        StreamWatch,
        FaultLog,
        Routing,
        Forwarding,
      ],
      exports: [FaultLog, Forwarding, Routing, StreamWatch],
    };
  }
}
