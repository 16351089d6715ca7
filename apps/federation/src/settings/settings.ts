/** What every role needs to run. Static configuration: a change needs a restart. */
interface CommonSettings {
  /** Address to listen on. */
  host: string;
  port: number;
  /** Health, readiness and metrics; keep it private. */
  opsHost: string;
  opsPort: number;
  natsUrl: string | null;
  /** How long a terminating process keeps serving before it stops to listen, milliseconds. */
  shutdownDelayMs: number;
  /** How long requests in flight may take after that, milliseconds. */
  shutdownGraceMs: number;
  logLevel: string;
}

export interface ControlSettings extends CommonSettings {
  role: 'control';
  databaseUrl: string;
  /** 32 bytes: encrypts the signing key and the hop secret in the database. */
  masterKey: Buffer;
  /** The first admin's token; null: generated at the first start and printed once. */
  bootstrapAdminToken: string | null;
}

export interface GatewaySettings extends CommonSettings {
  role: 'gateway';
  /** The gateway's own URL as registered, without a trailing slash. */
  url: string;
  controlPlaneUrl: string;
  /** Needed until the replica has enrolled. */
  joinToken: string | null;
  dataDir: string;
  /** 32 bytes: encrypts what is kept on disk; null: a key of mode 0600 in `dataDir`. */
  dataKey: Buffer | null;
  /** `Host` values served besides those of the gateway's URL and hop URL. */
  allowedHosts: string[];
  /** Browser origins that may call; none by default. */
  allowedOrigins: string[];
  /** How long the headers of a request may take to arrive, milliseconds. */
  headersTimeoutMs: number;
  /** How long the body of a request may take to arrive, milliseconds. */
  bodyTimeoutMs: number;
  /** Local address that connections to MCP servers come from; null: the system's choice. */
  upstreamLocalAddress: string | null;
  /** Requests that one process may have in flight to one MCP server, directly or over a hop. */
  maxRequestsPerServer: number;
  /** Requests that one process may have in flight to one remote gateway. */
  maxRequestsPerHop: number;
  /** Listening streams that one process may have open to one MCP server, directly or over a hop. */
  maxStreamsPerServer: number;
  /** Listening streams that one process may have open to one remote gateway. */
  maxStreamsPerHop: number;
  /** Age of the newest signed head, seconds, beyond which requests are refused; 0: never. */
  maxStalenessSeconds: number;
  /** Bytes the audit spool may take before requests are refused. */
  spoolMaxBytes: number;
}

export type Settings = ControlSettings | GatewaySettings;
export type Role = Settings['role'];

/** Injection tokens: the planes get their settings by injection, never from the environment. */
export const CONTROL_SETTINGS = Symbol('ControlSettings');
export const GATEWAY_SETTINGS = Symbol('GatewaySettings');
