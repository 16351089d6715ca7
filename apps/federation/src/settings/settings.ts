import * as kind from './setting-kinds.js';
import type { SettingKind } from './setting-kinds.js';

/** One key of the static configuration. */
export interface Setting<T = unknown> extends SettingKind<T> {
  /** Name in the environment. */
  env: string;
  /** Dotted path in the YAML file. */
  yaml: string;
  /** A secret is never printed. */
  secret: boolean;
  /** Value where none is given. Without a fallback the setting is required. */
  fallback?: T;
  doc: string;
}

type Declaration<F> = Pick<Setting, 'env' | 'yaml' | 'doc'> & { secret?: true; fallback?: F };

const setting = <T, F = never>({ allowed, parse }: SettingKind<T>, rest: Declaration<F>): Setting<T | F> => ({
  secret: false,
  ...rest,
  allowed,
  parse,
});

const COMMON = {
  host: setting(kind.address, {
    env: 'HOST',
    yaml: 'host',
    fallback: '0.0.0.0',
    doc: 'Address to listen on.',
  }),
  port: setting(kind.port, {
    env: 'PORT',
    yaml: 'port',
    fallback: 8080,
    doc: 'Port of the admin API (control) or of the MCP endpoints (gateway).',
  }),
  opsHost: setting(kind.address, {
    env: 'OPS_HOST',
    yaml: 'ops.host',
    fallback: '0.0.0.0',
    doc: 'Address of the ops port.',
  }),
  opsPort: setting(kind.port, {
    env: 'OPS_PORT',
    yaml: 'ops.port',
    fallback: 9090,
    doc: 'Port of `/healthz`, `/readyz` and `/metrics`; keep it private.',
  }),
  shutdownDelayMs: setting(kind.duration, {
    env: 'SHUTDOWN_DELAY_MS',
    yaml: 'shutdown.delayMs',
    fallback: 5000,
    doc: 'After `SIGTERM`: how long to keep serving while `/readyz` already answers 503.',
  }),
  shutdownGraceMs: setting(kind.duration, {
    env: 'SHUTDOWN_GRACE_MS',
    yaml: 'shutdown.graceMs',
    fallback: 30_000,
    doc: 'After that: how long requests in flight may take.',
  }),
  headersTimeoutMs: setting(kind.timeout, {
    env: 'HEADERS_TIMEOUT_MS',
    yaml: 'timeouts.headersMs',
    fallback: 10_000,
    doc: 'How long the headers of a request may take to arrive.',
  }),
  bodyTimeoutMs: setting(kind.timeout, {
    env: 'BODY_TIMEOUT_MS',
    yaml: 'timeouts.bodyMs',
    fallback: 30_000,
    doc: 'How long the body of a request may take to arrive.',
  }),
  logLevel: setting(kind.logLevel, {
    env: 'LOG_LEVEL',
    yaml: 'logLevel',
    fallback: 'info',
    doc: 'Least severe level that is logged.',
  }),
  allowPlaintext: setting(kind.flag, {
    env: 'ALLOW_PLAINTEXT',
    yaml: 'allowPlaintext',
    fallback: false,
    doc: 'Lets traffic to the control plane and to NATS leave this host without TLS; warned of at every start.',
  }),
};

/** Both roles have this one, each in its own section of the file. */
const natsUrl = (yaml: string) =>
  setting(kind.natsUrl, {
    env: 'NATS_URL',
    yaml,
    secret: true,
    fallback: null,
    doc: 'NATS server; may carry `user:password@`. Without it changes travel by long poll.',
  });

const CONTROL = {
  databaseUrl: setting(kind.postgresUrl, {
    env: 'DATABASE_URL',
    yaml: 'control.databaseUrl',
    secret: true,
    doc: 'PostgreSQL of the control plane.',
  }),
  masterKey: setting(kind.key32, {
    env: 'CAUSEWAY_MASTER_KEY',
    yaml: 'control.masterKey',
    secret: true,
    doc: 'Encrypts signing keys and secrets in the database. The same for all control replicas.',
  }),
  bootstrapAdminToken: setting(kind.adminToken, {
    env: 'BOOTSTRAP_ADMIN_TOKEN',
    yaml: 'control.bootstrapAdminToken',
    secret: true,
    fallback: null,
    doc: "The first administrator's token; another one replaces it for good. Without it one is generated at the first start and printed once.",
  }),
  bootstrapAdminTokenSeconds: setting(kind.seconds, {
    env: 'BOOTSTRAP_ADMIN_TOKEN_SECONDS',
    yaml: 'control.bootstrapAdminTokenSeconds',
    fallback: 2_592_000,
    doc: 'How long a bootstrap token is valid after the start that first sees it.',
  }),
  natsUrl: natsUrl('control.natsUrl'),
  maxConnections: setting(kind.count, {
    env: 'MAX_CONNECTIONS',
    yaml: 'control.maxConnections',
    fallback: 4000,
    doc: 'Open connections to this replica, beyond which further ones are closed at once.',
  }),
};

const GATEWAY = {
  url: setting(kind.httpUrl, {
    env: 'GATEWAY_URL',
    yaml: 'gateway.url',
    doc: "The gateway's own URL, exactly as registered.",
  }),
  controlPlaneUrl: setting(kind.httpUrl, {
    env: 'CONTROL_PLANE_URL',
    yaml: 'gateway.controlPlane.url',
    doc: 'The control plane.',
  }),
  natsUrl: natsUrl('gateway.controlPlane.natsUrl'),
  joinToken: setting(kind.joinToken, {
    env: 'JOIN_TOKEN',
    yaml: 'gateway.joinToken',
    secret: true,
    fallback: null,
    doc: 'Enrols this replica; needed until it has enrolled.',
  }),
  dataDir: setting(kind.directory, {
    env: 'DATA_DIR',
    yaml: 'gateway.dataDir',
    fallback: './data',
    doc: "The replica's own directory: its key, the last good snapshot, the audit spool.",
  }),
  dataKey: setting(kind.key32, {
    env: 'DATA_KEY',
    yaml: 'gateway.dataKey',
    secret: true,
    fallback: null,
    doc: 'Encrypts what is kept in `DATA_DIR`. Without it a key of mode 0600 is kept there.',
  }),
  allowedHosts: setting(kind.hosts, {
    env: 'ALLOWED_HOSTS',
    yaml: 'gateway.allowedHosts',
    fallback: [] as string[],
    doc: "`Host` values served besides the gateway's own URL and hop URL.",
  }),
  allowedOrigins: setting(kind.origins, {
    env: 'ALLOWED_ORIGINS',
    yaml: 'gateway.allowedOrigins',
    fallback: [] as string[],
    doc: 'Browser origins that may call this gateway, besides its own.',
  }),
  allowedNetworks: setting(kind.networks, {
    env: 'ALLOWED_NETWORKS',
    yaml: 'gateway.allowedNetworks',
    fallback: [] as string[],
    doc: 'Where registered URLs may lead although it is this machine, its link or a metadata service; see below.',
  }),
  trustedProxies: setting(kind.proxies, {
    env: 'TRUSTED_PROXIES',
    yaml: 'gateway.trustedProxies',
    fallback: [] as string[],
    doc: 'Proxies whose `X-Forwarded-For` says where a request is from.',
  }),
  upstreamLocalAddress: setting(kind.localAddress, {
    env: 'UPSTREAM_LOCAL_ADDRESS',
    yaml: 'gateway.upstreamLocalAddress',
    fallback: null,
    doc: 'Local address of connections to MCP servers.',
  }),
  maxRequestsPerServer: setting(kind.count, {
    env: 'MAX_REQUESTS_PER_SERVER',
    yaml: 'gateway.limits.requestsPerServer',
    fallback: 1000,
    doc: 'Requests in flight to one MCP server, directly or over a hop, beyond which more are refused with `overloaded`.',
  }),
  maxRequestsPerHop: setting(kind.count, {
    env: 'MAX_REQUESTS_PER_HOP',
    yaml: 'gateway.limits.requestsPerHop',
    fallback: 4000,
    doc: 'Requests in flight to one remote gateway, beyond which more are refused with `overloaded`.',
  }),
  maxStreamsPerServer: setting(kind.count, {
    env: 'MAX_STREAMS_PER_SERVER',
    yaml: 'gateway.limits.streamsPerServer',
    fallback: 10_000,
    doc: 'Open listening streams (GET, `subscriptions/listen`) to one MCP server; they do not count as requests in flight.',
  }),
  maxStreamsPerHop: setting(kind.count, {
    env: 'MAX_STREAMS_PER_HOP',
    yaml: 'gateway.limits.streamsPerHop',
    fallback: 40_000,
    doc: 'Open listening streams to one remote gateway.',
  }),
  maxStalenessSeconds: setting(kind.seconds, {
    env: 'MAX_STALENESS_SECONDS',
    yaml: 'gateway.maxStalenessSeconds',
    fallback: 86_400,
    doc: 'Age of the newest signed head beyond which requests are refused with `config_stale`.',
  }),
  spoolMaxBytes: setting(kind.spoolSize, {
    env: 'SPOOL_MAX_BYTES',
    yaml: 'gateway.spoolMaxBytes',
    fallback: 1_073_741_824,
    doc: 'Size of the audit spool beyond which requests are refused with `audit_unavailable`.',
  }),
};

/** Every key of the static configuration, by role. The types below follow from it, docs/configuration.md lists it. */
export const SETTINGS = { control: { ...COMMON, ...CONTROL }, gateway: { ...COMMON, ...GATEWAY } };

export type Role = keyof typeof SETTINGS;

type ValueOf<S> = S extends Setting<infer T> ? T : never;
type SettingsOf<R extends Role> = { role: R } & {
  -readonly [K in keyof (typeof SETTINGS)[R]]: ValueOf<(typeof SETTINGS)[R][K]>;
};

/** What a process of each role needs to start; a change needs a restart. */
export type ControlSettings = SettingsOf<'control'>;
export type GatewaySettings = SettingsOf<'gateway'>;
export type Settings = ControlSettings | GatewaySettings;

/** Injection tokens: the planes get their settings by injection, never from the environment. */
export const CONTROL_SETTINGS = Symbol('ControlSettings');
export const GATEWAY_SETTINGS = Symbol('GatewaySettings');
