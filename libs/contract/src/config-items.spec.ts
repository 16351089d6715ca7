import { describe, expect, it } from 'vitest';
import { configErrors, type ConfigKind } from './config-items.js';

const VALID: Record<ConfigKind, { key: string; value: Record<string, unknown> }> = {
  gateway: {
    key: 'aws',
    value: { name: 'aws', url: 'https://aws-gw.example.com', hopUrl: null, labels: { cloud: 'aws' } },
  },
  server: {
    key: 'mcp-m365',
    value: {
      name: 'mcp-m365',
      url: 'http://m365.internal:8080/mcp',
      handlers: [{ gateway: 'azure', priority: 0 }],
      auth: { type: 'none' },
      timeouts: { connectMs: 3000, responseMs: 300_000, idleStreamMs: 300_000 },
      enabled: true,
    },
  },
  user: {
    key: 'alice@example.com',
    value: { name: 'alice@example.com', groups: ['finance'], enabled: true },
  },
  token: {
    key: 'a'.repeat(64),
    value: {
      id: 'tok_1',
      hash: 'a'.repeat(64),
      user: 'alice@example.com',
      scope: { servers: ['*'] },
      expiresAt: null,
    },
  },
  policy: {
    key: 'finance',
    value: {
      name: 'finance',
      effect: 'allow',
      subjects: ['group:finance'],
      servers: ['mcp-*'],
      tools: ['get_*'],
      methods: null,
      gateways: null,
    },
  },
  'signing-key': { key: 'k1', value: { kid: 'k1', x: 'abc' } },
  'hop-generation': { key: 'current', value: { generation: 1 } },
};

const errors = (kind: ConfigKind, change: Record<string, unknown>): string[] => {
  const { key, value } = VALID[kind];
  return configErrors(kind, key, { ...value, revision: 4, ...change }).map(({ field }) => field);
};

describe('configErrors', () => {
  it.each(Object.keys(VALID) as ConfigKind[])('accepts a %s', (kind) => {
    expect(errors(kind, {})).toEqual([]);
  });

  it.each<[string, ConfigKind, Record<string, unknown>, string[]]>([
    ['a server URL that is not a URL', 'server', { url: 'not a url' }, ['url']],
    ['a server URL that carries a password', 'server', { url: 'http://u:p@h/mcp' }, ['url']],
    ['a server URL of another protocol', 'server', { url: 'file:///etc/passwd' }, ['url']],
    ['a server without a handling gateway', 'server', { handlers: [] }, ['handlers']],
    [
      'a stream that may not last at all',
      'server',
      { timeouts: { connectMs: 1, responseMs: 1, idleStreamMs: 1, maxStreamMs: 0 } },
      ['timeouts'],
    ],
    ['credentials of an unknown type', 'server', { auth: { type: 'oauth2' } }, ['auth']],
    ['a name that differs from its key', 'server', { name: 'mcp-other' }, ['name']],
    [
      'a policy without subjects, which would look like a policy for nobody',
      'policy',
      { subjects: [] },
      ['subjects'],
    ],
    ['an empty list of tools, which could be read as all or as none', 'policy', { tools: [] }, ['tools']],
    ['a glob in the middle', 'policy', { servers: ['mcp-*-prod'] }, ['servers']],
    ['a subject of an unknown type', 'policy', { subjects: ['role:admin'] }, ['subjects']],
    ['a token hash in upper case', 'token', { hash: 'A'.repeat(64) }, ['hash', 'hash']],
    ['a scope without servers', 'token', { scope: {} }, ['scope']],
    ['a revision that is not a number', 'user', { revision: '4' }, ['revision']],
    ['two errors, both of them named', 'gateway', { url: 'x', labels: { a: 1 } }, ['url', 'labels']],
  ])('refuses %s', (_, kind, change, fields) => {
    expect(errors(kind, change)).toEqual(fields);
  });

  it('accepts a field it does not know, since a newer control plane may send one', () => {
    expect(errors('policy', { condition: 'args.x < 3' })).toEqual([]);
  });

  it('refuses what is not an object', () => {
    expect(configErrors('user', 'x', null)).toEqual([{ field: '', seen: null, allowed: 'an object' }]);
  });
});
