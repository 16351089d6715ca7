import { join } from 'node:path';
import { Module, type DynamicModule, type ModuleMetadata } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { AuditModule } from '#libs/audit';
import { AuthenticateGuard, AuthModule, AuthorizeGuard } from '#libs/auth';
import { HopForwardingModule, RoutingInterceptor } from '#libs/routing';
import { GATEWAY_SETTINGS, type GatewaySettings } from '../settings/settings.js';
import { Account } from './mcp/account/account.js';
import { Admission } from './mcp/admit/admission.js';
import { AllowedHosts } from './mcp/admit/allowed-hosts.js';
import { Drain } from './mcp/drain.js';
import { EnvelopeGuard } from './mcp/envelope/envelope.guard.js';
import { ConnectionFaults } from './mcp/fault/connection-faults.js';
import { FaultFilter } from './mcp/fault/fault.filter.js';
import { FaultResponder } from './mcp/fault/fault-responder.js';
import { McpController } from './mcp/mcp.controller.js';
import { ProtectedResource } from './mcp/metadata/protected-resource.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { SPOOL_GAUGES } from './metrics/spool-gauges.js';
import { OwnGatewayModule } from './own-gateway.module.js';
import { SyncModule } from './sync/sync.module.js';

type Imports = NonNullable<ModuleMetadata['imports']>;

/** The request path, in the order in which a request passes it. */
const PIPELINE = [
  Admission, // 1. In front of the framework, installed by mcp-server.ts: framing, route, host, origin, ambiguous headers.
  { provide: APP_GUARD, useClass: AuthenticateGuard }, // 2. Hop context, principal, snapshot.
  { provide: APP_GUARD, useClass: EnvelopeGuard }, // 3. Body and what it asks for.
  { provide: APP_GUARD, useClass: AuthorizeGuard }, // 4. Token scope and policy.
  { provide: APP_INTERCEPTOR, useClass: RoutingInterceptor }, // 5. MCP server here, or another gateway.
  // 6. McpController forwards.
  Account, // 7. Registered by Admission, runs when the raw response closes.
  { provide: APP_FILTER, useClass: FaultFilter }, // Whatever any stage throws.
];

/** A gateway: its request path on top of configuration, audit and metrics. */
@Module({})
export class GatewayModule {
  /** @param foundation Modules that export what the stages need besides each other. */
  static register(settings: GatewaySettings, foundation: Imports = foundationOf(settings)): DynamicModule {
    const auth = AuthModule.register({
      maxStalenessSeconds: settings.maxStalenessSeconds,
      imports: foundation,
    });
    const forwarding = HopForwardingModule.register({
      upstreamLocalAddress: settings.upstreamLocalAddress,
      perServer: { requests: settings.maxRequestsPerServer, streams: settings.maxStreamsPerServer },
      perHop: { requests: settings.maxRequestsPerHop, streams: settings.maxStreamsPerHop },
      imports: [...foundation, auth],
    });
    return {
      module: GatewayModule,
      imports: [...foundation, auth, forwarding],
      controllers: [McpController],
      providers: [
        { provide: GATEWAY_SETTINGS, useValue: settings },
        ...PIPELINE,
        AllowedHosts,
        ProtectedResource,
        FaultResponder,
        ConnectionFaults,
        Drain,
        ...SPOOL_GAUGES,
      ],
    };
  }
}

function foundationOf(settings: GatewaySettings): Imports {
  const sync = SyncModule.register(settings, [MetricsModule]);
  const audit = AuditModule.register({
    directory: join(settings.dataDir, 'audit'),
    maxBytes: settings.spoolMaxBytes,
    imports: [sync],
  });
  return [sync, audit, MetricsModule, OwnGatewayModule.register(settings, sync)];
}
