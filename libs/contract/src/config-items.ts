import { Type, type Static } from '@sinclair/typebox';
import {
  boolean,
  filledListOf,
  filledText,
  httpUrl,
  listOf,
  name,
  oneOf,
  orNull,
  positive,
  positiveMilliseconds,
  sha256Hex,
  text,
  utcTime,
} from './wire/fields.js';
import type { FieldError } from './wire/field-errors.js';
import { wireType, type WireValue } from './wire/wire-type.js';

/**
 * The items of a configuration, as a gateway receives them. The control plane renders each one to JSON once; those bytes
 * are hashed, signed and kept verbatim, so no reader may parse and re-serialise them.
 */

/** Version of this schema. Heartbeats carry it; a gateway keeps kinds it does not know as opaque bytes. */
export const SCHEMA_VERSION = 1;

/** Of every item: the revision at which it last changed, which `min_rev` of a hop context refers to. */
const revisioned = { revision: positive };

/** Key: `name`. */
const gateway = wireType(
  Type.Object({
    name: name('gateway'),
    /** The gateway's own URL, an origin with an optional path, without a trailing slash. */
    url: httpUrl,
    /** Where other gateways reach it, if that is not `url`. */
    hopUrl: orNull(httpUrl),
    labels: Type.Record(Type.String(), Type.String(), { allowed: 'an object of strings' }),
    /** Another one means that the keys of this gateway have changed. A control plane of an older version does not send it. */
    incarnation: Type.Optional(text(/^[\w-]{1,64}$/, 'at most 64 letters, digits, _ and -')),
    ...revisioned,
  }),
);
export type ConfigGateway = WireValue<typeof gateway>;

const serverTimeouts = Type.Object(
  {
    /** Milliseconds to connect to the MCP server. */
    connectMs: positiveMilliseconds,
    /** Milliseconds until the MCP server's response headers. */
    responseMs: positiveMilliseconds,
    /** Milliseconds a response stream may stay silent. */
    idleStreamMs: positiveMilliseconds,
    /** Milliseconds a response body may last in all; a control plane of an older version does not send it. */
    maxStreamMs: Type.Optional(positiveMilliseconds),
  },
  {
    allowed:
      '{connectMs, responseMs, idleStreamMs, maxStreamMs} in positive milliseconds; maxStreamMs may be absent',
  },
);
export type ServerTimeouts = Static<typeof serverTimeouts>;

/** `maxStreamMs` of a server that has none: one day. */
export const DEFAULT_MAX_STREAM_MS = 86_400_000;

const handler = Type.Object(
  { gateway: name('gateway'), priority: Type.Integer() },
  { allowed: '{gateway, priority}' },
);

/** Registry name of the gateway that stands next to the server: the best of its handlers. Null if it has none. */
export const handlingGateway = ({ handlers }: Pick<ConfigServer, 'handlers'>): string | null =>
  handlers[0]?.gateway ?? null;

/** Key: `name`. */
const server = wireType(
  Type.Object({
    name: name('server'),
    /** URL of the MCP endpoint, used verbatim by the handling gateway. */
    url: httpUrl,
    /** Gateways that can reach the server, best first; exactly one today. The proxy URL is the URL of the first. */
    handlers: filledListOf(handler),
    auth: Type.Object({ type: Type.Literal('none') }, { allowed: '{"type": "none"}' }),
    timeouts: serverTimeouts,
    enabled: boolean,
    ...revisioned,
  }),
);
export type ConfigServer = WireValue<typeof server>;

/** Key: `name`. */
const user = wireType(
  Type.Object({ name: name('user'), groups: listOf(name('resource')), enabled: boolean, ...revisioned }),
);
export type ConfigUser = WireValue<typeof user>;

/** A personal access token. Key: `hash`. */
const token = wireType(
  Type.Object({
    id: filledText,
    /** SHA-256 of the whole token, lower-case hex. */
    hash: sha256Hex,
    user: name('user'),
    scope: Type.Object({ servers: filledListOf(name('glob')) }, { allowed: '{servers: [globs]}' }),
    /** RFC 3339 UTC, or null if it never expires. */
    expiresAt: orNull(utcTime),
    ...revisioned,
  }),
);
export type ConfigToken = WireValue<typeof token>;

/** Key: `name`. `null` in `tools`, `methods` or `gateways` means all. */
const policy = wireType(
  Type.Object({
    name: name('resource'),
    effect: oneOf('allow', 'deny'),
    subjects: filledListOf(name('subject')),
    servers: filledListOf(name('glob')),
    tools: orNull(filledListOf(name('glob'))),
    methods: orNull(filledListOf(name('glob'))),
    gateways: orNull(filledListOf(name('gateway'))),
    ...revisioned,
  }),
);
export type ConfigPolicy = WireValue<typeof policy>;

/** A public key of the control plane (Ed25519, RFC 8037). Key: `kid`. Announced before its first use. */
const signingKey = wireType(
  Type.Object({
    kid: filledText,
    /** The public key's `x` coordinate, base64url. */
    x: filledText,
    ...revisioned,
  }),
);
export type ConfigSigningKey = WireValue<typeof signingKey>;

/** Tells gateways to fetch their private bundle again. Key: `current`. */
const hopGeneration = wireType(Type.Object({ generation: positive, ...revisioned }));
export type ConfigHopGeneration = WireValue<typeof hopGeneration>;

export interface ConfigByKind {
  gateway: ConfigGateway;
  server: ConfigServer;
  user: ConfigUser;
  token: ConfigToken;
  policy: ConfigPolicy;
  'signing-key': ConfigSigningKey;
  'hop-generation': ConfigHopGeneration;
}
export type ConfigKind = keyof ConfigByKind;

const TYPES = {
  gateway,
  server,
  user,
  token,
  policy,
  'signing-key': signingKey,
  'hop-generation': hopGeneration,
};

/** Field whose value is an item's key, by kind. */
const KEY_FIELD: Record<ConfigKind, string | null> = {
  gateway: 'name',
  server: 'name',
  user: 'name',
  token: 'hash',
  policy: 'name',
  'signing-key': 'kid',
  'hop-generation': null,
};

/** An item as it travels. `kind` may be one that this version does not know. */
export const CONFIG_ITEM = wireType(
  Type.Object({
    kind: Type.String({ allowed: 'a string' }),
    key: Type.String({ allowed: 'a string' }),
    /** The exact JSON text. */
    body: Type.String({ allowed: 'JSON text' }),
  }),
);
export type ConfigItem = WireValue<typeof CONFIG_ITEM>;

export const isKnownKind = (kind: string): kind is ConfigKind => Object.hasOwn(TYPES, kind);

/** Names of the fields that this version knows of a kind; anything else comes from a newer control plane. */
export const knownFields = (kind: ConfigKind): string[] => Object.keys(TYPES[kind].schema.properties);

/**
 * The one validator of items: gateways run it before they apply a change, the control plane before it commits one.
 * Unknown fields are accepted, because a newer control plane may send them; the code that reads the item decides what
 * they mean.
 */
export function configErrors(kind: ConfigKind, key: string, value: unknown): FieldError[] {
  const errors = TYPES[kind].errors(value);
  const keyField = KEY_FIELD[kind];
  const named = (value as Record<string, unknown> | null)?.[keyField ?? ''];
  if (keyField !== null && named !== key && errors[0]?.field !== '')
    errors.push({ field: keyField, seen: named, allowed: `the entity's key, ${key}` });
  return errors;
}
