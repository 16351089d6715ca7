import type { ConfigKind } from './config-items.js';
import { GLOB } from './glob.js';
import { GATEWAY_NAME, RESOURCE_NAME, SERVER_NAME, SUBJECT, USER_NAME } from './names.js';

/** Why an entity cannot be part of a snapshot. */
export interface ConfigItemFault {
  /** Dotted path of the field. */
  field: string;
  seen: unknown;
  allowed: string;
}

type Check = { allowed: string; holds: (value: unknown) => boolean };
type Shape = Record<string, Check>;

const matches = (pattern: RegExp, allowed: string): Check => ({
  allowed,
  holds: (v) => typeof v === 'string' && pattern.test(v),
});
const isRecord = (v: unknown): v is Record<string, unknown> =>
  typeof v === 'object' && v !== null && !Array.isArray(v);
const listOf = (item: Check): Check => ({
  allowed: `a list of ${item.allowed}`,
  holds: (v) => Array.isArray(v) && v.every((x) => item.holds(x)),
});
const filledListOf = (item: Check): Check => ({
  allowed: `a non-empty list of ${item.allowed}`,
  holds: (v) => Array.isArray(v) && v.length > 0 && v.every((x) => item.holds(x)),
});
const orNull = (check: Check): Check => ({
  allowed: `${check.allowed}, or null`,
  holds: (v) => v === null || check.holds(v),
});

const boolean: Check = { allowed: 'true or false', holds: (v) => typeof v === 'boolean' };
const revision: Check = {
  allowed: 'a positive integer',
  holds: (v) => Number.isSafeInteger(v) && Number(v) > 0,
};
const text: Check = { allowed: 'a non-empty string', holds: (v) => typeof v === 'string' && v.length > 0 };
const serverName = matches(SERVER_NAME, 'lower-case letters, digits and hyphens, at most 63');
const gatewayName = matches(GATEWAY_NAME, 'lower-case letters, digits and hyphens, at most 63');
const resourceName = matches(RESOURCE_NAME, 'letters, digits, dot, underscore and hyphen, at most 127');
const userName = matches(USER_NAME, 'a name without spaces, colons, asterisks and slashes');
const glob = matches(GLOB, 'a name, "*", or a prefix ending in "*"');
const time: Check = {
  allowed: 'an RFC 3339 time',
  holds: (v) => typeof v === 'string' && !Number.isNaN(Date.parse(v)),
};
const subject = matches(SUBJECT, '"authenticated", "user:<name>" or "group:<name>"');
const httpUrl: Check = {
  allowed: 'an absolute http or https URL without credentials or fragment',
  holds: isHttpUrl,
};
const labels: Check = {
  allowed: 'an object of strings',
  holds: (v) => isRecord(v) && Object.values(v).every((x) => typeof x === 'string'),
};
const handlers: Check = {
  allowed: 'a non-empty list of {gateway, priority}',
  holds: (v) =>
    Array.isArray(v) &&
    v.length > 0 &&
    v.every((h) => isRecord(h) && gatewayName.holds(h['gateway']) && Number.isInteger(h['priority'])),
};
const timeouts: Check = {
  allowed:
    '{connectMs, responseMs, idleStreamMs, maxStreamMs} in positive milliseconds; maxStreamMs may be absent',
  holds: (v) =>
    isRecord(v) &&
    ['connectMs', 'responseMs', 'idleStreamMs'].every((k) => Number(v[k]) > 0) &&
    (v['maxStreamMs'] === undefined || Number(v['maxStreamMs']) > 0),
};

const SHAPES: Record<ConfigKind, Shape> = {
  gateway: { name: gatewayName, url: httpUrl, hopUrl: orNull(httpUrl), labels },
  server: {
    name: serverName,
    url: httpUrl,
    handlers,
    auth: { allowed: '{"type": "none"}', holds: (v) => isRecord(v) && v['type'] === 'none' },
    timeouts,
    enabled: boolean,
  },
  user: { name: userName, groups: listOf(resourceName), enabled: boolean },
  token: {
    id: text,
    hash: matches(/^[0-9a-f]{64}$/, 'a SHA-256 in lower-case hex'),
    user: userName,
    scope: {
      allowed: '{servers: [globs]}',
      holds: (v) => isRecord(v) && filledListOf(glob).holds(v['servers']),
    },
    expiresAt: orNull(time),
  },
  policy: {
    name: resourceName,
    effect: { allowed: '"allow" or "deny"', holds: (v) => v === 'allow' || v === 'deny' },
    subjects: filledListOf(subject),
    servers: filledListOf(glob),
    tools: orNull(filledListOf(glob)),
    methods: orNull(filledListOf(glob)),
    gateways: orNull(filledListOf(gatewayName)),
  },
  'signing-key': { kid: text, x: text },
  'hop-generation': { generation: revision },
};

/** Field whose value is an entity's key, by kind. */
export const KEY_FIELD: Record<ConfigKind, string | null> = {
  gateway: 'name',
  server: 'name',
  user: 'name',
  token: 'hash',
  policy: 'name',
  'signing-key': 'kid',
  'hop-generation': null,
};

export const isKnownKind = (kind: string): kind is ConfigKind => Object.hasOwn(SHAPES, kind);

/** Names of the fields that this version knows of a kind; anything else comes from a newer control plane. */
export const knownFields = (kind: ConfigKind): string[] => [...Object.keys(SHAPES[kind]), 'revision'];

/**
 * The one validator of entities: gateways run it before they apply a change, the control plane before it commits one.
 * Unknown fields are no fault (a newer control plane may send them); whoever reads the entity decides what they mean.
 */
export function validateConfigItem(kind: ConfigKind, key: string, value: unknown): ConfigItemFault[] {
  if (!isRecord(value)) return [{ field: '', seen: value, allowed: 'an object' }];
  const checks = Object.entries({ ...SHAPES[kind], revision });
  const faults = checks
    .filter(([field, check]) => !check.holds(value[field]))
    .map(([field, check]) => ({ field, seen: value[field], allowed: check.allowed }));
  const keyField = KEY_FIELD[kind];
  if (keyField !== null && value[keyField] !== key)
    faults.push({ field: keyField, seen: value[keyField], allowed: `the entity's key, ${key}` });
  return faults;
}

/** True for an absolute http or https URL without credentials and fragment. */
export function isHttpUrl(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const url = new URL(value);
  const plain = url.username === '' && url.password === '' && url.hash === '';
  return plain && (url.protocol === 'http:' || url.protocol === 'https:') && url.hostname !== '';
}
