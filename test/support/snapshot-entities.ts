import type { EntityByKind, EntityKind, PolicyEntity, RawEntity } from '#libs/contract';

type Fields<K extends EntityKind> = Partial<EntityByKind[K]> & Record<string, unknown>;

const raw = (kind: EntityKind, key: string, value: object): RawEntity => ({
  kind,
  key,
  body: JSON.stringify(value),
});

/** Valid entities for specs: each takes only the fields that matter to the case. */
export const gateway = (name: string, fields: Fields<'gateway'> = {}): RawEntity =>
  raw('gateway', name, {
    name,
    url: `https://${name}.example.com`,
    hopUrl: null,
    labels: {},
    revision: 1,
    ...fields,
  });

export const server = (name: string, handler: string, fields: Fields<'server'> = {}): RawEntity =>
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

export const token = (hash: string, fields: Fields<'token'> = {}): RawEntity =>
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
export const policyEntity = (name: string, fields: Fields<'policy'> = {}): PolicyEntity => ({
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

export const policy = (name: string, fields: Fields<'policy'> = {}): RawEntity =>
  raw('policy', name, policyEntity(name, fields));

export const signingKey = (kid: string, x: string): RawEntity =>
  raw('signing-key', kid, { kid, x, revision: 1 });
