import { mintToken } from '#libs/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AdminApi } from './admin-api.js';

let api: AdminApi;
let operations: { method: string; path: string; responses: string[]; failures: Response[] }[];
let roleless: string;

interface Response {
  content?: Record<string, unknown>;
}

interface Operations {
  [method: string]: { responses: Record<string, Response> };
}

beforeAll(async () => {
  api = await AdminApi.start();
  const document = (await (await fetch(`${api.url}/api/openapi.json`)).json()) as {
    paths: Record<string, Operations>;
  };
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { responses }]) => ({
      method: method.toUpperCase(),
      path: path.replace('/api/v1', '').replace(/\{\w+\}/g, 'x'),
      responses: Object.keys(responses),
      failures: Object.entries(responses).flatMap(([status, spec]) => (status >= '400' ? [spec] : [])),
    })),
  );
  roleless = await api.adminToken('nobody@example.com', []);
});
afterAll(() => api.close());

const bodyOf = (method: string): { body?: object } => (/POST|PUT/.test(method) ? { body: {} } : {});

describe('every operation of the OpenAPI document', () => {
  it('documents its answers', () => {
    expect(operations.length).toBeGreaterThanOrEqual(35);
    for (const { responses } of operations) {
      expect(responses).toEqual(expect.arrayContaining(['401', '403', '503']));
      expect(responses.some((status) => status.startsWith('2'))).toBe(true);
    }
  });

  it('documents its problems with their media type', () => {
    for (const { failures } of operations)
      for (const failure of failures) {
        expect(Object.keys(failure.content ?? {})).toEqual(['application/problem+json']);
        expect(JSON.stringify(failure.content)).toContain('#/components/schemas/ProblemView');
      }
  });

  it.each([
    ['no credentials', null],
    ['a made-up token', 'x'],
    ['a well-formed token that was never issued', mintToken('cwa_')],
  ])('refuses %s', async (_, token) => {
    for (const { method, path } of operations) {
      const answer = await api.call(method, path, { token, ...bodyOf(method) });
      expect([method, path, answer.status]).toEqual([method, path, 401]);
      expect(answer.headers.get('www-authenticate')).toContain('Bearer');
      expect(answer.body.type).toBe('urn:causeway:problem:unauthenticated');
    }
  });

  it('refuses a user without an admin role', async () => {
    for (const { method, path } of operations) {
      const answer = await api.call(method, path, { token: roleless, ...bodyOf(method) });
      expect([method, path, answer.status]).toEqual([method, path, 403]);
    }
  });

  it('refuses changes by an auditor', async () => {
    const auditor = await api.adminToken('auditor', ['auditor']);
    const changing = operations.filter(({ method, path }) => method !== 'GET' && path !== '/access/explain');
    for (const { method, path } of changing) {
      const answer = await api.call(method, path, { token: auditor, ...bodyOf(method) });
      expect([method, path, answer.status]).toEqual([method, path, 403]);
    }
  });
});

describe('roles', () => {
  it('let an operator change servers, but nothing that grants access or says where gateways are', async () => {
    const token = await api.adminToken('op', ['operator']);
    const gateway = { name: 'onprem', url: 'https://onprem.example.com' };
    expect((await api.post('/gateways', gateway)).status).toBe(201);
    const server = { name: 's', url: 'http://s.internal/mcp', proxyUrl: gateway.url };
    expect((await api.post('/mcp-servers', server, { token })).status).toBe(201);
    expect((await api.post('/gateways', { ...gateway, name: 'mine' }, { token })).status).toBe(403);
    const moved = { body: { ...gateway, hopUrl: 'https://evil.example.com' }, headers: { 'if-match': '*' } };
    expect((await api.call('PUT', '/gateways/onprem', { token, ...moved })).status).toBe(403);
    expect((await api.post('/gateways/onprem/join-tokens', {}, { token })).status).toBe(403);
    expect((await api.post('/admin-tokens', { user: 'op' }, { token })).status).toBe(403);
    expect((await api.post('/users', { name: 'evil', roles: ['admin'] }, { token })).status).toBe(403);
    expect((await api.post('/tokens', { user: 'op' }, { token })).status).toBe(403);
    const policy = { name: 'p', effect: 'allow', subjects: ['authenticated'], servers: ['*'] };
    expect((await api.post('/policies', policy, { token })).status).toBe(403);
  });

  it('end with the token, the user, or the role', async () => {
    const token = await api.adminToken('temp', ['auditor']);
    const { body: user } = await api.get('/users/temp');
    await api.put('/users/temp', { roles: ['auditor'], enabled: false }, user.revision);
    expect((await api.get('/config', { token })).status).toBe(401);
    await api.put('/users/temp', { roles: [] }, '*');
    expect((await api.get('/config', { token })).status).toBe(403);
    await api.put('/users/temp', { roles: ['auditor'] }, '*');
    expect((await api.get('/config', { token })).status).toBe(200);
    const { id } = (await api.get('/admin-tokens?user=temp')).body.items[0];
    expect((await api.delete(`/admin-tokens/${id}`)).status).toBe(200);
    expect((await api.get('/config', { token })).status).toBe(401);
  });

  it('are audited, including refused attempts', async () => {
    await api.post('/users', { name: 'evil' }, { token: roleless });
    const { body } = await api.get('/audit?kind=admin&user=nobody@example.com&status=denied&limit=1');
    expect(body.items[0]).toMatchObject({
      action: 'user.create',
      resource: 'users',
      status: 'denied',
      after: null,
    });
    const changes = await api.get('/audit?kind=admin&user=admin&limit=500');
    const entry = changes.body.items.find((item: { resource: string }) => item.resource === 'users/op');
    expect(entry).toMatchObject({
      action: 'user.create',
      status: 'success',
      before: null,
      after: { name: 'op' },
    });
    expect(entry.revision).toBe(entry.after.revision);
  });
});

describe('malformed requests', () => {
  it.each([
    ['an unknown route', 'GET', '/nothing', {}, 404, 'not-found'],
    ['a body that is no JSON', 'POST', '/users', { body: '{"name":' }, 400, 'unparseable'],
    ['a body that is a list', 'POST', '/users', { body: [] }, 422, 'validation'],
    [
      'a prototype in the body',
      'POST',
      '/users',
      { body: '{"__proto__":{"roles":["admin"]}}' },
      400,
      'unparseable',
    ],
    [
      'a body of another media type',
      'POST',
      '/users',
      { body: 'a=1', headers: { 'content-type': 'text/csv' } },
      415,
      'media-type-unsupported',
    ],
    ['a broken percent sign', 'GET', '/users/%zz', {}, 400, 'unparseable'],
    ['a NUL in a filter', 'GET', '/audit?user=%00', {}, 422, 'validation'],
    ['a NUL in a path', 'GET', '/users/%00', {}, 422, 'validation'],
  ])('are answered with a problem: %s', async (_, method, path, call, status, type) => {
    const answer = await api.call(method, path, call);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body).toMatchObject({
      type: `urn:causeway:problem:${type}`,
      status,
      title: expect.any(String),
    });
  });

  it('do not include a DELETE that announces JSON and has no body', async () => {
    await api.post('/groups', { name: 'gone' });
    const answer = await api.delete('/groups/gone', { headers: { 'content-type': 'application/json' } });
    expect(answer.status).toBe(200);
  });
});

describe('the documentation', () => {
  it('loads nothing from another host', async () => {
    const page = await (await fetch(`${api.url}/api/docs`)).text();
    expect(page).toContain('swagger-ui');
    expect(page).not.toMatch(/(?:src|href)="https?:/);
  });
});
