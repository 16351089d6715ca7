import type { ControlSettings, GatewaySettings } from '../../apps/federation/src/settings/settings.js';

export const ADMIN_TOKEN = 'bootstrap-token-of-the-tests';

/** A process on the loopback address that has no neighbours. */
const PROCESS = {
  host: '127.0.0.1',
  port: 0,
  opsHost: '127.0.0.1',
  opsPort: 0,
  natsUrl: null,
  shutdownDelayMs: 0,
  shutdownGraceMs: 1000,
  headersTimeoutMs: 10_000,
  bodyTimeoutMs: 30_000,
  logLevel: 'error',
  allowPlaintext: false,
} as const;

/** Settings of a control plane; its admin API takes the {@link ADMIN_TOKEN}. */
export const controlSettings = (databaseUrl: string): ControlSettings => ({
  role: 'control',
  ...PROCESS,
  databaseUrl,
  masterKey: Buffer.alloc(32, 7),
  bootstrapAdminToken: ADMIN_TOKEN,
  bootstrapAdminTokenSeconds: 2_592_000,
  maxConnections: 4000,
});

/** Settings of a gateway; a test gives what matters to it. */
export const gatewaySettings = (
  given: Pick<GatewaySettings, 'url' | 'controlPlaneUrl' | 'dataDir'> & Partial<GatewaySettings>,
): GatewaySettings => ({
  role: 'gateway',
  ...PROCESS,
  joinToken: null,
  dataKey: null,
  allowedHosts: [],
  allowedOrigins: [],
  trustedProxies: [],
  allowedNetworks: ['127.0.0.0/8', '::1'],
  upstreamLocalAddress: null,
  maxRequestsPerServer: 1000,
  maxRequestsPerHop: 4000,
  maxStreamsPerServer: 10_000,
  maxStreamsPerHop: 40_000,
  maxStalenessSeconds: 86_400,
  spoolMaxBytes: 1_048_576,
  ...given,
});
