import { filled, integer, key32, list, origins, url } from './setting-values.js';
import type { Role } from './settings.js';

/** A key that could not be accepted. */
export interface SettingFault {
  key: string;
  /** The value, or `(secret)`, or `(not set)`. */
  seen: string;
  allowed: string;
}

export interface SettingKey<T> {
  /** Name in the environment. */
  env: string;
  /** Dotted path in the YAML file. */
  yaml: string;
  roles: readonly Role[];
  secret: boolean;
  /** Undefined: required. */
  fallback?: T;
  allowed: string;
  /** Undefined: not acceptable. */
  parse: (text: string) => T | undefined;
  doc: string;
}

const BOTH: readonly Role[] = ['control', 'gateway'];
const CONTROL: readonly Role[] = ['control'];
const GATEWAY: readonly Role[] = ['gateway'];

const key = <T>(spec: Omit<SettingKey<T>, 'secret'> & { secret?: boolean }): SettingKey<T> => ({
  secret: false,
  ...spec,
});

const port = { allowed: 'a port, 0 to 65535 (0: a free one)', parse: integer(0, 65535) };
const atMost = { allowed: 'a number, 1 to 1000000', parse: integer(1, 1_000_000) };
const timeout = { allowed: 'milliseconds, 100 to 600000', parse: integer(100, 600_000) };
const natsUrl = url('nats:', 'tls:');
const postgresUrl = url('postgres:', 'postgresql:');
const LEVELS = ['debug', 'info', 'warn', 'error'];

/** Every key of the static configuration; docs/configuration.md lists exactly these. */
export const KEYS = {
  host: key({
    env: 'HOST',
    yaml: 'host',
    roles: BOTH,
    fallback: '0.0.0.0',
    allowed: 'an address',
    parse: filled,
    doc: 'Address to listen on.',
  }),
  port: key({
    env: 'PORT',
    yaml: 'port',
    roles: BOTH,
    fallback: 8080,
    ...port,
    doc: 'Port of the admin API (control) or of the MCP endpoints (gateway).',
  }),
  opsHost: key({
    env: 'OPS_HOST',
    yaml: 'ops.host',
    roles: BOTH,
    fallback: '0.0.0.0',
    allowed: 'an address',
    parse: filled,
    doc: 'Address of the ops port.',
  }),
  opsPort: key({
    env: 'OPS_PORT',
    yaml: 'ops.port',
    roles: BOTH,
    fallback: 9090,
    ...port,
    doc: 'Port of `/healthz`, `/readyz` and `/metrics`; keep it private.',
  }),
  shutdownDelayMs: key({
    env: 'SHUTDOWN_DELAY_MS',
    yaml: 'shutdown.delayMs',
    roles: BOTH,
    fallback: 5000,
    allowed: 'milliseconds, 0 to 600000',
    parse: integer(0, 600_000),
    doc: 'After `SIGTERM`: how long to keep serving while `/readyz` already answers 503.',
  }),
  shutdownGraceMs: key({
    env: 'SHUTDOWN_GRACE_MS',
    yaml: 'shutdown.graceMs',
    roles: BOTH,
    fallback: 30_000,
    allowed: 'milliseconds, 0 to 600000',
    parse: integer(0, 600_000),
    doc: 'After that: how long requests in flight may take.',
  }),
  logLevel: key({
    env: 'LOG_LEVEL',
    yaml: 'logLevel',
    roles: BOTH,
    fallback: 'info',
    allowed: LEVELS.join(', '),
    parse: (text: string) => (LEVELS.includes(text) ? text : undefined),
    doc: 'Least severe level that is logged.',
  }),
  databaseUrl: key({
    env: 'DATABASE_URL',
    yaml: 'control.databaseUrl',
    roles: CONTROL,
    secret: true,
    allowed: 'postgres://user:password@host:port/database',
    parse: postgresUrl,
    doc: 'PostgreSQL of the control plane.',
  }),
  masterKey: key({
    env: 'CAUSEWAY_MASTER_KEY',
    yaml: 'control.masterKey',
    roles: CONTROL,
    secret: true,
    allowed: '32 bytes in base64 or hex',
    parse: key32,
    doc: 'Encrypts signing keys and secrets in the database. The same for all control replicas.',
  }),
  bootstrapAdminToken: key<string | null>({
    env: 'BOOTSTRAP_ADMIN_TOKEN',
    yaml: 'control.bootstrapAdminToken',
    roles: CONTROL,
    secret: true,
    fallback: null,
    allowed: 'at least 16 characters',
    parse: (text: string) => (text.length >= 16 ? text : undefined),
    doc: "The first administrator's token. Without it one is generated at the first start and printed once.",
  }),
  natsUrl: key<string | null>({
    env: 'NATS_URL',
    yaml: 'gateway.controlPlane.natsUrl',
    roles: BOTH,
    secret: true,
    fallback: null,
    allowed: 'a nats:// or tls:// URL',
    parse: natsUrl,
    doc: 'NATS server; may carry `user:password@`. Without it changes travel by long poll.',
  }),
  url: key({
    env: 'GATEWAY_URL',
    yaml: 'gateway.url',
    roles: GATEWAY,
    allowed: 'an http or https URL',
    parse: url('http:', 'https:'),
    doc: "The gateway's own URL, exactly as registered.",
  }),
  controlPlaneUrl: key({
    env: 'CONTROL_PLANE_URL',
    yaml: 'gateway.controlPlane.url',
    roles: GATEWAY,
    allowed: 'an http or https URL',
    parse: url('http:', 'https:'),
    doc: 'The control plane.',
  }),
  joinToken: key<string | null>({
    env: 'JOIN_TOKEN',
    yaml: 'gateway.joinToken',
    roles: GATEWAY,
    secret: true,
    fallback: null,
    allowed: 'a token that starts with cwj_',
    parse: (text: string) => (text.startsWith('cwj_') ? text : undefined),
    doc: 'Enrols this replica; needed until it has enrolled.',
  }),
  dataDir: key({
    env: 'DATA_DIR',
    yaml: 'gateway.dataDir',
    roles: GATEWAY,
    fallback: './data',
    allowed: 'a directory',
    parse: filled,
    doc: "The replica's own directory: its key, the last good snapshot, the audit spool.",
  }),
  dataKey: key<Buffer | null>({
    env: 'DATA_KEY',
    yaml: 'gateway.dataKey',
    roles: GATEWAY,
    secret: true,
    fallback: null,
    allowed: '32 bytes in base64 or hex',
    parse: key32,
    doc: 'Encrypts what is kept in `DATA_DIR`. Without it a key of mode 0600 is kept there.',
  }),
  allowedHosts: key<string[]>({
    env: 'ALLOWED_HOSTS',
    yaml: 'gateway.allowedHosts',
    roles: GATEWAY,
    fallback: [],
    allowed: 'host[:port], comma-separated',
    parse: list,
    doc: "`Host` values served besides the gateway's own URL and hop URL.",
  }),
  allowedOrigins: key<string[]>({
    env: 'ALLOWED_ORIGINS',
    yaml: 'gateway.allowedOrigins',
    roles: GATEWAY,
    fallback: [],
    allowed: 'origins such as https://app.example.com, comma-separated; neither "*" nor "null"',
    parse: origins,
    doc: 'Browser origins that may call this gateway, besides its own.',
  }),
  headersTimeoutMs: key({
    env: 'HEADERS_TIMEOUT_MS',
    yaml: 'gateway.timeouts.headersMs',
    roles: GATEWAY,
    fallback: 10_000,
    ...timeout,
    doc: 'How long the headers of a request may take to arrive.',
  }),
  bodyTimeoutMs: key({
    env: 'BODY_TIMEOUT_MS',
    yaml: 'gateway.timeouts.bodyMs',
    roles: GATEWAY,
    fallback: 30_000,
    ...timeout,
    doc: 'How long the body of a request may take to arrive.',
  }),
  upstreamLocalAddress: key<string | null>({
    env: 'UPSTREAM_LOCAL_ADDRESS',
    yaml: 'gateway.upstreamLocalAddress',
    roles: GATEWAY,
    fallback: null,
    allowed: 'an IP address of this machine',
    parse: filled,
    doc: 'Local address of connections to MCP servers.',
  }),
  maxRequestsPerServer: key({
    env: 'MAX_REQUESTS_PER_SERVER',
    yaml: 'gateway.limits.requestsPerServer',
    roles: GATEWAY,
    fallback: 1000,
    ...atMost,
    doc: 'Requests in flight to one MCP server, directly or over a hop, beyond which more are refused with `overloaded`.',
  }),
  maxRequestsPerHop: key({
    env: 'MAX_REQUESTS_PER_HOP',
    yaml: 'gateway.limits.requestsPerHop',
    roles: GATEWAY,
    fallback: 4000,
    ...atMost,
    doc: 'Requests in flight to one remote gateway, beyond which more are refused with `overloaded`.',
  }),
  maxStreamsPerServer: key({
    env: 'MAX_STREAMS_PER_SERVER',
    yaml: 'gateway.limits.streamsPerServer',
    roles: GATEWAY,
    fallback: 10_000,
    ...atMost,
    doc: 'Open listening streams (GET, `subscriptions/listen`) to one MCP server; they do not count as requests in flight.',
  }),
  maxStreamsPerHop: key({
    env: 'MAX_STREAMS_PER_HOP',
    yaml: 'gateway.limits.streamsPerHop',
    roles: GATEWAY,
    fallback: 40_000,
    ...atMost,
    doc: 'Open listening streams to one remote gateway.',
  }),
  maxStalenessSeconds: key({
    env: 'MAX_STALENESS_SECONDS',
    yaml: 'gateway.maxStalenessSeconds',
    roles: GATEWAY,
    fallback: 86_400,
    allowed: 'seconds, 0 to 31536000 (0: never)',
    parse: integer(0, 31_536_000),
    doc: 'Age of the newest signed head beyond which requests are refused with `config_stale`.',
  }),
  spoolMaxBytes: key({
    env: 'SPOOL_MAX_BYTES',
    yaml: 'gateway.spoolMaxBytes',
    roles: GATEWAY,
    fallback: 1_073_741_824,
    allowed: 'bytes, at least 1048576',
    parse: integer(1_048_576, Number.MAX_SAFE_INTEGER),
    doc: 'Size of the audit spool beyond which requests are refused with `audit_unavailable`.',
  }),
} as const;
