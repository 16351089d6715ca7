/**
 * The entities of a snapshot, as a gateway receives them. The control plane renders each one to JSON once; those bytes
 * are hashed, signed and kept verbatim, so no reader may parse and re-serialise them.
 */

/** Version of this schema. Heartbeats carry it; a gateway keeps kinds it does not know as opaque bytes. */
export const SCHEMA_VERSION = 1;

export type ConfigKind =
  'gateway' | 'server' | 'user' | 'token' | 'policy' | 'signing-key' | 'hop-generation';

interface Revisioned {
  /** Revision at which this entity last changed: what `min_rev` of a hop context refers to. */
  revision: number;
}

/** Key: `name`. */
export interface ConfigGateway extends Revisioned {
  name: string;
  /** The gateway's own URL, an origin with an optional path, without a trailing slash. */
  url: string;
  /** Where other gateways reach it, if that is not `url`. */
  hopUrl: string | null;
  labels: Record<string, string>;
}

export interface ServerTimeouts {
  /** Milliseconds to connect to the MCP server. */
  connectMs: number;
  /** Milliseconds until the MCP server's response headers. */
  responseMs: number;
  /** Milliseconds a response stream may stay silent. */
  idleStreamMs: number;
  /** Milliseconds a response body may last in all; a control plane of an older version does not send it. */
  maxStreamMs?: number;
}

/** `maxStreamMs` of a server that has none: one day. */
export const DEFAULT_MAX_STREAM_MS = 86_400_000;

/** Key: `name`. */
export interface ConfigServer extends Revisioned {
  name: string;
  /** URL of the MCP endpoint, used verbatim by the handling gateway. */
  url: string;
  /** Gateways that can reach the server, best first; exactly one today. The proxy URL is the URL of the first. */
  handlers: { gateway: string; priority: number }[];
  auth: { type: 'none' };
  timeouts: ServerTimeouts;
  enabled: boolean;
}

/** Registry name of the gateway that stands next to the server: the best of its handlers. Null if it has none. */
export const handlingGateway = ({ handlers }: Pick<ConfigServer, 'handlers'>): string | null =>
  handlers[0]?.gateway ?? null;

/** Key: `name`. */
export interface ConfigUser extends Revisioned {
  name: string;
  groups: string[];
  enabled: boolean;
}

/** A personal access token. Key: `hash`. */
export interface ConfigToken extends Revisioned {
  id: string;
  /** SHA-256 of the whole token, lower-case hex. */
  hash: string;
  user: string;
  scope: { servers: string[] };
  /** RFC 3339 UTC, or null if it never expires. */
  expiresAt: string | null;
}

/** Key: `name`. `null` in `tools`, `methods` or `gateways` means all. */
export interface ConfigPolicy extends Revisioned {
  name: string;
  effect: 'allow' | 'deny';
  subjects: string[];
  servers: string[];
  tools: string[] | null;
  methods: string[] | null;
  gateways: string[] | null;
}

/** A public key of the control plane (Ed25519, RFC 8037). Key: `kid`. Announced before its first use. */
export interface ConfigSigningKey extends Revisioned {
  kid: string;
  /** The public key's `x` coordinate, base64url. */
  x: string;
}

/** Tells gateways to fetch their private bundle again. Key: `current`. */
export interface ConfigHopGeneration extends Revisioned {
  generation: number;
}

export interface ConfigByKind {
  gateway: ConfigGateway;
  server: ConfigServer;
  user: ConfigUser;
  token: ConfigToken;
  policy: ConfigPolicy;
  'signing-key': ConfigSigningKey;
  'hop-generation': ConfigHopGeneration;
}

/** An entity as it travels: `body` is the exact JSON text. `kind` may be one that this version does not know. */
export interface ConfigItem {
  kind: string;
  key: string;
  body: string;
}
