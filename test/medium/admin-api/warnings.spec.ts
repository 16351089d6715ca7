import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AdminApi } from './admin-api.js';

let api: AdminApi;

beforeAll(async () => {
  api = await AdminApi.start();
  await api.post('/gateways', { name: 'aws', url: 'https://aws.example.com' });
  const server = { url: 'http://m365.internal/mcp', proxyUrl: 'https://aws.example.com' };
  await api.post('/mcp-servers', { name: 'mcp-m365', ...server });
  await api.post('/users', { name: 'alice@example.com', groups: ['finance'] });
  const rule = {
    effect: 'deny',
    subjects: ['user:alcie@example.com'],
    servers: ['mcp-*'],
    methods: ['tools/call'],
  };
  await api.post('/policies', { name: 'slip', ...rule });
});
afterAll(() => api.close());

const RULE = { effect: 'allow', subjects: ['group:finance'], servers: ['mcp-m365'] };

describe('a policy with a name that nothing bears', () => {
  it.each([
    ['subjects', ['user:alice@exampel.com'], 'user:alice@example.com'],
    ['subjects', ['group:finanze'], 'group:finance'],
    ['subjects', ['user:nobody@x'], null],
    ['servers', ['mcp-m366'], 'mcp-m365'],
    ['servers', ['no-such-*'], null],
    ['methods', ['tool/call'], 'tools/call'],
    ['methods', ['Tools/Call'], 'tools/call'],
    ['methods', ['acme/render'], null],
  ])('is accepted with a warning that suggests the nearest: %s %j', async (field, listed, nearest) => {
    const name = `p${Math.random().toString(36).slice(2)}`;
    const { status, body } = await api.post('/policies', { name, ...RULE, [field]: listed });
    expect([status, body.warnings]).toEqual([
      201,
      [{ field, seen: listed[0], nearest, detail: expect.stringContaining('There is no') as string }],
    ]);
    await api.delete(`/policies/${name}`);
  });

  it('has no warning any more when the name exists', async () => {
    const { body } = await api.post('/policies', { name: 'early', ...RULE, subjects: ['user:bob'] });
    expect(body.warnings).toHaveLength(1);
    await api.post('/users', { name: 'bob' });
    const known = (await api.get('/policies/early')).body;
    expect(known.warnings).toEqual([]);
    expect((await api.put('/policies/early', known, known.revision)).status).toBe(200);
    await api.delete('/policies/early');
  });

  it('is listed as a deny that denies nothing', async () => {
    await api.post('/policies', { name: 'sound', ...RULE, methods: ['tools/*'] });
    const { items } = (await api.get('/policies?warnings=true&limit=1')).body;
    expect(items.map(({ name }: { name: string }) => name)).toEqual(['slip']);
    expect(items[0].warnings[0]).toMatchObject({ field: 'effect', seen: 'deny', nearest: null });
  });

  it('is named by explain as a near miss', async () => {
    const query = {
      user: 'alice@example.com',
      mcpServer: 'mcp-m356',
      entryGateway: 'aw',
      method: 'tools/call',
    };
    expect((await api.post('/access/explain', query)).body.nearMisses).toEqual([
      { policy: null, field: 'mcpServer', seen: 'mcp-m356', nearest: 'mcp-m365' },
      { policy: null, field: 'entryGateway', seen: 'aw', nearest: 'aws' },
      {
        policy: 'slip',
        field: 'subjects',
        seen: 'user:alcie@example.com',
        nearest: 'user:alice@example.com',
      },
    ]);
  });
});
