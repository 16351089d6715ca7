import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AdminApi } from './admin-api.js';

const AWS = 'https://aws-gw.example.com';
const SERVER = { name: 'mcp-m365', url: 'http://m365.internal:8080/mcp', proxyUrl: AWS };
const STAMPS = { createdAt: expect.any(String), updatedAt: expect.any(String) };

let api: AdminApi;
beforeAll(async () => {
  api = await AdminApi.start();
});
afterAll(() => api.close());

describe('gateways', () => {
  it('registers a gateway and shows its join token once', async () => {
    const body = { name: 'aws', url: `${AWS}/`, labels: { cloud: 'aws' } };
    const created = await api.post('/gateways', body);
    expect(created.status).toBe(201);
    expect(created.headers.get('location')).toBe('/api/v1/gateways/aws');
    expect(created.headers.get('etag')).toBe(`"${created.body.revision}"`);
    expect(created.body).toMatchObject({ name: 'aws', url: AWS, hopUrl: null, labels: { cloud: 'aws' } });
    expect(created.body.joinToken).toEqual({
      id: expect.stringMatching(/^jt_/),
      token: expect.stringMatching(/^cwj_/),
      expiresAt: expect.any(String),
    });
    const read = await api.get('/gateways/aws');
    expect(read.status).toBe(200);
    expect(read.body).not.toHaveProperty('joinToken');
    expect(JSON.stringify((await api.get('/audit')).body)).not.toContain('cwj_');
  });

  it.each([
    ['its name is taken', { name: 'aws', url: 'https://other.example.com' }, 409, 'duplicate'],
    [
      'its URL is taken in another spelling',
      { name: 'aws2', url: 'HTTPS://AWS-GW.example.com:443' },
      409,
      'duplicate',
    ],
    ['its URL has a query', { name: 'x', url: 'https://x.example.com/?a=1' }, 422, 'validation'],
    ['its name is missing', { url: 'https://x.example.com' }, 422, 'validation'],
    ['a label is no text', { name: 'x', url: 'https://x.example.com', labels: { a: 1 } }, 422, 'validation'],
  ])('refuses a gateway if %s', async (_, body, status, type) => {
    const before = (await api.get('/config')).body.revision;
    const answer = await api.post('/gateways', body);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body.type).toBe(`urn:causeway:problem:${type}`);
    expect((await api.get('/config')).body.revision).toBe(before);
  });

  it('issues join tokens that do not expire, lists them without the token, and revokes them', async () => {
    const issued = await api.post('/gateways/aws/join-tokens', { expiresInSeconds: null });
    expect(issued.status).toBe(201);
    expect(issued.body).toMatchObject({
      gateway: 'aws',
      expiresAt: null,
      token: expect.stringMatching(/^cwj_/),
    });
    expect((await api.post('/gateways/aws/join-tokens', undefined)).body.expiresAt).not.toBeNull();
    const path = `/gateways/aws/join-tokens/${issued.body.id}`;
    expect(issued.headers.get('location')).toBe(`/api/v1${path}`);
    expect(JSON.stringify((await api.get('/gateways/aws/join-tokens')).body)).not.toContain('cwj_');
    expect((await api.delete(path)).status).toBe(200);
    expect((await api.get(path)).status).toBe(404);
  });
});

describe('MCP servers', () => {
  it('registers a server without contacting it and shows its proxy URL', async () => {
    const { status, body } = await api.post('/mcp-servers', {
      ...SERVER,
      proxyUrl: 'https://AWS-gw.example.com:443/',
    });
    expect(status).toBe(201);
    expect(body).toEqual({
      ...SERVER,
      ...STAMPS,
      description: '',
      auth: { type: 'none' },
      timeouts: { connectMs: 3000, responseMs: 300_000, idleStreamMs: 300_000, maxStreamMs: 86_400_000 },
      tags: [],
      enabled: true,
      gateway: 'aws',
      status: { state: 'unprobed', checkedAt: null },
      observed: { lastSuccessAt: null, lastFailure: null, protocolVersions: [], serverInfo: null },
      revision: expect.any(Number),
    });
  });

  it.each([
    ['an unregistered proxy URL', { proxyUrl: 'https://x.example.com' }, 'proxyUrl', [AWS]],
    ['upstream credentials', { auth: { type: 'bearer', token: 'hunter2' } }, 'auth', expect.any(String)],
    ['an unknown field', { proxyURL: AWS }, 'proxyURL', expect.arrayContaining(['proxyUrl'])],
    ['credentials in the URL', { url: 'http://u:hunter2@h/mcp' }, 'url', expect.any(String)],
    ['a time-out of zero', { timeouts: { connectMs: 0 } }, 'timeouts.connectMs', expect.any(String)],
    [
      'a stream for ever',
      { timeouts: { maxStreamMs: 86_400_001 } },
      'timeouts.maxStreamMs',
      expect.any(String),
    ],
    ['null where a value is needed', { enabled: null }, 'enabled', expect.any(String)],
    ['a NUL in a text', { description: 'a\0b' }, 'description', expect.any(String)],
  ])('refuses %s, naming the field and what is allowed', async (_, more, field, allowed) => {
    const answer = await api.post('/mcp-servers', { ...SERVER, name: 'other', ...more });
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toContainEqual(expect.objectContaining({ field, allowed }));
    expect(JSON.stringify(answer.body)).not.toContain('hunter2');
  });

  it('reports all faults of a body at once', async () => {
    const answer = await api.post('/mcp-servers', { name: 'UPPER', url: 'x', proxyUrl: AWS, enabled: 'yes' });
    const fields = answer.body.errors.map((error: { field: string }) => error.field).sort();
    expect(fields).toEqual(['enabled', 'name', 'url']);
  });

  it('replaces only the revision that the caller read', async () => {
    const read = await api.get('/mcp-servers/mcp-m365');
    const etag = read.headers.get('etag') ?? '';
    const body = { ...SERVER, description: 'mail' };
    expect((await api.call('PUT', '/mcp-servers/mcp-m365', { body })).status).toBe(428);
    const replaced = await api.put('/mcp-servers/mcp-m365', body, etag);
    expect(replaced.status).toBe(200);
    expect(replaced.body).toMatchObject({ description: 'mail', tags: [] });
    expect((await api.put('/mcp-servers/mcp-m365', body, etag)).status).toBe(412);
    expect((await api.put('/mcp-servers/mcp-m365', { ...body, name: 'x' }, '*')).status).toBe(422);
    expect((await api.put('/mcp-servers/nobody', SERVER_WITHOUT_NAME, '*')).status).toBe(404);
  });

  it('lets exactly one of many concurrent updates of a revision win', async () => {
    const { body } = await api.get('/mcp-servers/mcp-m365');
    const attempts = Array.from({ length: 10 }, (_, i) =>
      api.put('/mcp-servers/mcp-m365', { ...SERVER, description: `writer ${i}` }, body.revision),
    );
    const statuses = (await Promise.all(attempts)).map((answer) => answer.status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 412)).toHaveLength(9);
  });

  it('keeps a gateway that servers point to, and names them', async () => {
    const refused = await api.delete('/gateways/aws');
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({
      type: 'urn:causeway:problem:in-use',
      detail: '1 MCP server points to aws',
      mcpServers: ['mcp-m365'],
    });
    const removed = await api.delete('/mcp-servers/mcp-m365');
    expect(removed.body).toEqual({
      revision: expect.any(Number),
      applied: [],
      pending: [],
      neverSeen: ['aws'],
    });
    expect((await api.delete('/gateways/aws')).body.neverSeen).toEqual([]);
  });
});

const SERVER_WITHOUT_NAME = { url: SERVER.url, proxyUrl: AWS };

describe('users, groups and tokens', () => {
  it('creates the groups of a user and keeps both sides of a membership in step', async () => {
    const created = await api.post('/users', { name: 'alice@example.com', groups: ['finance', 'all'] });
    expect(created.body).toMatchObject({
      groups: ['all', 'finance'],
      roles: [],
      enabled: true,
      displayName: '',
    });
    const group = await api.get('/groups/finance');
    expect(group.body.members).toEqual(['alice@example.com']);
    await api.post('/users', { name: 'bob' });
    const replaced = await api.put('/groups/finance', { members: ['bob'] }, group.body.revision);
    expect(replaced.body.members).toEqual(['bob']);
    const alice = await api.get(`/users/${encodeURIComponent('alice@example.com')}`);
    expect(alice.body).toMatchObject({ groups: ['all'], revision: replaced.body.revision });
    expect((await api.get('/users/bob')).body.groups).toEqual(['finance']);
  });

  it('refuses members that do not exist, and a group that does', async () => {
    const answer = await api.post('/groups', { name: 'new', members: ['nobody'] });
    expect(answer.status).toBe(422);
    expect(answer.body.errors[0].field).toBe('members');
    expect((await api.post('/groups', { name: 'finance' })).status).toBe(409);
  });

  it('shows a token once and never stores or lists it', async () => {
    const created = await api.post('/tokens', { user: 'bob', name: 'laptop' });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({ user: 'bob', scope: { servers: ['*'] }, expiresAt: null });
    expect(created.headers.get('location')).toBe(`/api/v1/tokens/${created.body.id}`);
    const listed = await api.get('/tokens?user=bob');
    expect(listed.body.items).toHaveLength(1);
    expect(JSON.stringify([listed.body, (await api.get('/audit?kind=admin')).body])).not.toContain(
      created.body.token,
    );
  });

  it.each([
    ['an unknown user', { user: 'nobody' }, 'user'],
    ['an expiry in the past', { user: 'bob', expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt'],
    ['an expiry that is no time', { user: 'bob', expiresAt: 'tomorrow' }, 'expiresAt'],
    ['an empty scope', { user: 'bob', scope: { servers: [] } }, 'scope.servers'],
  ])('refuses a token with %s', async (_name, body, field) => {
    const answer = await api.post('/tokens', body);
    expect(answer.status).toBe(422);
    expect(answer.body.errors[0].field).toBe(field);
  });

  it('revokes the tokens of a user that is deleted', async () => {
    const token = await api.adminToken('carol', ['auditor']);
    expect((await api.get('/config', { token })).status).toBe(200);
    await api.delete('/users/carol');
    expect((await api.get('/config', { token })).status).toBe(401);
    expect((await api.get('/tokens?user=carol')).body.items).toEqual([]);
    expect((await api.get('/admin-tokens?user=carol')).body.items).toEqual([]);
  });
});

describe('a large group', () => {
  it('is one change', async () => {
    const names = Array.from({ length: 60 }, (_, i) => `member-${i}`);
    await Promise.all(names.map((name) => api.post('/users', { name })));
    const before = (await api.get('/config')).body.revision;
    const created = await api.post('/groups', { name: 'large', members: names });
    expect(created.body.members).toHaveLength(60);
    expect(created.body.revision).toBe(before + 1);
    expect((await api.get('/users/member-59')).body).toMatchObject({
      groups: ['large'],
      revision: before + 1,
    });
    await api.delete('/groups/large');
    expect((await api.get('/users/member-59')).body.groups).toEqual([]);
  });
});

describe('a burst of changes', () => {
  it('is served to the last one, as are reads at the same time', async () => {
    const names = Array.from({ length: 300 }, (_, i) => `burst-${i}`);
    const answers = await Promise.all(
      names.flatMap((name) => [api.post('/groups', { name }), api.get('/groups?limit=1')]),
    );
    const counted = new Map(
      [...Map.groupBy(answers, ({ status }) => status)].map(([s, all]) => [s, all.length]),
    );
    expect(Object.fromEntries(counted)).toEqual({ 200: 300, 201: 300 });
  });
});

describe('policies', () => {
  const POLICY = { name: 'p', effect: 'allow', subjects: ['group:finance'], servers: ['mcp-*'] };

  it('stores an omitted list as null, which means all', async () => {
    const { status, body } = await api.post('/policies', { ...POLICY, tools: ['get_*'] });
    expect(status).toBe(201);
    expect(body).toMatchObject({ ...POLICY, tools: ['get_*'], methods: null, gateways: null });
  });

  it.each([
    ['an empty list, which would silently mean nothing', { tools: [] }, 'tools'],
    ['a subject of an unknown kind', { subjects: ['role:x'] }, 'subjects'],
    ['no subject', { subjects: [] }, 'subjects'],
    ['a pattern that is no glob', { servers: ['*-mcp'] }, 'servers'],
    ['an unknown effect', { effect: 'permit' }, 'effect'],
    ['a misspelt restriction', { tool: ['x'] }, 'tool'],
  ])('refuses %s', async (_name, more, field) => {
    const answer = await api.post('/policies', { ...POLICY, name: 'q', ...more });
    expect(answer.status).toBe(422);
    expect(answer.body.errors[0].field).toBe(field);
  });
});

describe('lists', () => {
  it('come in pages without gaps or repetitions', async () => {
    for (const i of [1, 2, 3, 4, 5]) await api.post('/groups', { name: `page-${i}` });
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? '?limit=2' : `?limit=2&cursor=${cursor}`;
      const { body } = await api.get(`/groups${query}`);
      expect(body.items.length).toBeLessThanOrEqual(2);
      seen.push(...body.items.map((group: { name: string }) => group.name));
      cursor = body.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual([...new Set(seen)].sort());
    expect(seen.filter((name) => name.startsWith('page-'))).toHaveLength(5);
  });

  it.each(['limit=0', 'limit=501', 'limit=x', 'cursor=zzz', 'order=name'])('refuse ?%s', async (query) => {
    expect((await api.get(`/groups?${query}`)).status).toBe(422);
  });
});
