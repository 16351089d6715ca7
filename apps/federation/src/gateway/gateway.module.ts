import { join } from 'node:path';
import { Module, type DynamicModule, type ModuleMetadata } from '@nestjs/common';
import { AuditModule } from '#libs/audit';
import { AuthenticateGuard, AuthModule, AuthorizeGuard } from '#libs/auth';
import { HopForwardingModule, RoutingInterceptor, type OwnService } from '#libs/routing';
import { GATEWAY_SETTINGS, type GatewaySettings } from '../settings/settings.js';
import { RequestAccounting } from './accounting/request-accounting.js';
import { StrangerRefusals } from './accounting/stranger-refusals.js';
import { Admission } from './endpoint/admission/admission.js';
import { AllowedHosts } from './endpoint/admission/host-and-origin.js';
import { ReadGuard, Reading } from './endpoint/body/reading.js';
import { Drain, DrainEnd } from './endpoint/drain.js';
import { ConnectionFaults } from './endpoint/faults/connection-faults.js';
import { FaultResponder } from './endpoint/faults/fault-responder.js';
import { ProtectedResource } from './endpoint/metadata/protected-resource.js';
import { MetricsModule } from './accounting/metrics.module.js';
import { SPOOL_GAUGES } from './accounting/spool-gauges.js';
import { OwnGatewayModule } from './own-gateway.module.js';
import { Pipeline } from './pipeline.js';
import { StateModule } from './state/state.module.js';
import { SyncModule } from './sync/sync.module.js';

type Imports = NonNullable<ModuleMetadata['imports']>;

/** The stages of the request path; `Pipeline` runs them in this order. */
const STAGES = [
  Admission, // 1. Framing, route, host, origin, ambiguous headers.
  AuthenticateGuard, // 2. Hop context, caller, configuration.
  ReadGuard, // 3. The body, and what it asks for.
  AuthorizeGuard, // 4. Token scope and policy.
  RoutingInterceptor, // 5. MCP server here, or another gateway.
  // 6. Forwarding, of HopForwardingModule.
  RequestAccounting, // 7. Begun by Admission, runs when the raw response closes.
];

/** A gateway: its request path on top of configuration, audit and metrics. */
@Module({})
export class GatewayModule {
  /** @param foundation Modules that export what the stages need besides each other. */
  static register(settings: GatewaySettings, foundation: Imports = foundationOf(settings)): DynamicModule {
    const auth = AuthModule.register({
      maxStalenessSeconds: settings.maxStalenessSeconds,
      trustedProxies: settings.trustedProxies,
      imports: foundation,
    });
    const forwarding = HopForwardingModule.register({
      upstreamLocalAddress: settings.upstreamLocalAddress,
      allowedNetworks: settings.allowedNetworks,
      ownServices: ownServicesOf(settings),
      perServer: { requests: settings.maxRequestsPerServer, streams: settings.maxStreamsPerServer },
      perHop: { requests: settings.maxRequestsPerHop, streams: settings.maxStreamsPerHop },
      imports: [...foundation, auth],
    });
    return {
      module: GatewayModule,
      imports: [...foundation, auth, forwarding],
      providers: [
        { provide: GATEWAY_SETTINGS, useValue: settings },
        ...STAGES,
        Pipeline,
        Reading,
        AllowedHosts,
        ProtectedResource,
        FaultResponder,
        ConnectionFaults,
        Drain,
        DrainEnd,
        StrangerRefusals,
        ...SPOOL_GAUGES,
      ],
    };
  }
}

/** What no registered URL shall lead to. A port that the system is to choose cannot be known to whoever registers a URL. */
function ownServicesOf(settings: GatewaySettings): OwnService[] {
  const { host, port, opsHost, opsPort, controlPlaneUrl, natsUrl } = settings;
  const own = { what: 'this gateway itself', isShareable: false };
  return [
    { ...own, host, port },
    { ...own, host: opsHost, port: opsPort },
    sharedService('the control plane (CONTROL_PLANE_URL)', controlPlaneUrl),
    ...(natsUrl === null ? [] : [sharedService('NATS (NATS_URL)', natsUrl)]),
  ];
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };
const NATS_PORT = 4222;

function sharedService(what: string, url: string): OwnService {
  const { hostname, port, protocol } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const known = port === '' ? (DEFAULT_PORTS[protocol] ?? NATS_PORT) : Number(port);
  return { what, host, port: known, isShareable: true };
}

function foundationOf(settings: GatewaySettings): Imports {
  const state = StateModule.register(settings);
  const sync = SyncModule.register(settings, [state, MetricsModule]);
  const audit = AuditModule.register({
    directory: join(settings.dataDir, 'audit'),
    maxBytes: settings.spoolMaxBytes,
    imports: [sync],
  });
  return [sync, audit, MetricsModule, OwnGatewayModule.register(settings, state)];
}
