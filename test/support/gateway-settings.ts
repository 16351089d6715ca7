import type { GatewaySettings } from '../../apps/federation/src/settings/settings.js';

/** Settings of a gateway on the loopback address that has no neighbours; a test gives what matters to it. */
export const gatewaySettings = (
  given: Pick<GatewaySettings, 'url' | 'controlPlaneUrl' | 'dataDir'> & Partial<GatewaySettings>,
): GatewaySettings => ({
  role: 'gateway',
  host: '127.0.0.1',
  port: 0,
  opsHost: '127.0.0.1',
  opsPort: 0,
  natsUrl: null,
  shutdownDelayMs: 0,
  shutdownGraceMs: 1000,
  logLevel: 'error',
  joinToken: null,
  dataKey: null,
  allowedHosts: [],
  allowedOrigins: [],
  headersTimeoutMs: 10_000,
  bodyTimeoutMs: 30_000,
  upstreamLocalAddress: null,
  maxRequestsPerServer: 1000,
  maxRequestsPerHop: 4000,
  maxStreamsPerServer: 10_000,
  maxStreamsPerHop: 40_000,
  maxStalenessSeconds: 86_400,
  spoolMaxBytes: 1_048_576,
  ...given,
});
