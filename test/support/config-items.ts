import type { ConfigByKind, ConfigItem, ConfigKind, ConfigPolicy } from '#libs/contract';
import { applyChanges, Snapshot } from '#libs/snapshot';

type Fields<K extends ConfigKind> = Partial<ConfigByKind[K]> & Record<string, unknown>;

const raw = (kind: ConfigKind, key: string, value: object): ConfigItem => ({
  kind,
  key,
  body: JSON.stringify(value),
});

/** Valid entities for specs: each takes only the fields that matter to the case. */
export const gateway = (name: string, fields: Fields<'gateway'> = {}): ConfigItem =>
  raw('gateway', name, {
    name,
    url: `https://${name}.example.com`,
    hopUrl: null,
    labels: {},
    revision: 1,
    ...fields,
  });

export const server = (name: string, handler: string, fields: Fields<'server'> = {}): ConfigItem =>
  raw('server', name, {
    name,
    url: `http://${name}.internal/mcp`,
    handlers: [{ gateway: handler, priority: 0 }],
    auth: { type: 'none' },
    timeouts: { connectMs: 3000, responseMs: 300_000, idleStreamMs: 300_000 },
    enabled: true,
    revision: 1,
    ...fields,
  });

export const user = (name: string, fields: Fields<'user'> = {}): ConfigItem =>
  raw('user', name, { name, groups: [], enabled: true, revision: 1, ...fields });

export const token = (hash: string, fields: Fields<'token'> = {}): ConfigItem =>
  raw('token', hash, {
    id: `tok_${hash.slice(0, 6)}`,
    hash,
    user: 'alice@example.com',
    scope: { servers: ['*'] },
    expiresAt: null,
    revision: 1,
    ...fields,
  });

/** A policy as the snapshot has it, for specs that need no snapshot. */
export const configPolicy = (name: string, fields: Fields<'policy'> = {}): ConfigPolicy => ({
  name,
  effect: 'allow',
  subjects: ['authenticated'],
  servers: ['*'],
  tools: null,
  methods: null,
  gateways: null,
  revision: 1,
  ...fields,
});

export const policy = (name: string, fields: Fields<'policy'> = {}): ConfigItem =>
  raw('policy', name, configPolicy(name, fields));

export const signingKey = (kid: string, x: string): ConfigItem =>
  raw('signing-key', kid, { kid, x, revision: 1 });

/** The entity that an item holds. */
export const entityOf = <K extends ConfigKind>(_kind: K, { body }: ConfigItem): ConfigByKind[K] =>
  JSON.parse(body) as ConfigByKind[K];

/** A snapshot of exactly these items. */
export const snapshotOf = (items: readonly ConfigItem[], revision = 1): Snapshot =>
  applyChanges(Snapshot.EMPTY, {
    epoch: 1,
    revision,
    changes: items.map((item) => ({ op: 'put' as const, ...item })),
  });
