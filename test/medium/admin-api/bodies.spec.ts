import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN_TOKEN } from '../../support/settings.js';
import { AdminApi } from './admin-api.js';

const SERVER = { url: 'http://m365.internal:8080/mcp' };

let api: AdminApi;
beforeAll(async () => {
  api = await AdminApi.start();
});
afterAll(() => api.close());

describe('an answer that is changed and put back', () => {
  it.each([
    ['/gateways', { name: 'round-trip', url: 'https://round-trip.example.com' }, { labels: { a: 'b' } }],
    [
      '/mcp-servers',
      { ...SERVER, name: 'round-trip', proxyUrl: 'https://round-trip.example.com' },
      { description: 'changed' },
    ],
    ['/users', { name: 'round@example.com', groups: ['trippers'] }, { displayName: 'changed' }],
    ['/groups', { name: 'round-trip' }, { members: ['round@example.com'] }],
    [
      '/policies',
      { name: 'round-trip', effect: 'allow', subjects: ['authenticated'], servers: ['*'] },
      { effect: 'deny' },
    ],
  ])('is accepted with its read-only fields: %s', async (path, body, change) => {
    const created = await api.post(path, body);
    expect(created.status).toBe(201);
    const { joinToken: _, ...read } = created.body;
    const item = `${path}/${encodeURIComponent(body.name)}`;
    const replaced = await api.put(item, { ...read, ...change }, created.body.revision);
    expect(replaced.body).toMatchObject({ ...change, revision: created.body.revision + 1 });
    expect(replaced.status).toBe(200);
  });
});

describe('an empty body', () => {
  it.each([
    ['/gateways', ['name', 'url']],
    ['/mcp-servers', ['name', 'proxyUrl', 'url']],
    ['/users', ['name']],
    ['/groups', ['name']],
    ['/policies', ['effect', 'name', 'servers', 'subjects']],
  ])('is refused with every field that %s needs', async (path, fields) => {
    const { status, body } = await api.post(path, {});
    expect(status).toBe(422);
    expect(body.errors.map(({ field }: { field: string }) => field).toSorted()).toEqual(fields);
  });
});

describe('a field named like a member of every object', () => {
  it.each([
    ['constructor', { constructor: { name: 'x' } }],
    ['toString', { toString: 1 }],
    ['timeouts.constructor', { timeouts: { constructor: 1 } }],
  ])('is refused as unknown: %s', async (field, more) => {
    const body = { ...SERVER, name: 'odd', proxyUrl: 'https://odd.example.com', ...more };
    const answer = await api.post('/mcp-servers', body);
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toEqual([expect.objectContaining({ field, allowed: expect.any(Array) })]);
  });

  it('is kept as the name of a label', async () => {
    const labels = { constructor: 'acme', toString: 'b' };
    const created = await api.post('/gateways', { name: 'odd', url: 'https://odd.example.com', labels });
    expect(created.status).toBe(201);
    expect((await api.get('/gateways/odd')).body.labels).toEqual(labels);
  });
});

describe('a number in a query', () => {
  it.each([
    ['/audit?limit=abc', 'limit', 'abc'],
    ['/audit?limit=1e2', 'limit', '1e2'],
    ['/audit?limit=', 'limit', ''],
    ['/gateways?limit=501', 'limit', 501],
    ['/gateways?limit=0', 'limit', 0],
  ])('is shown as it was sent when it is refused: %s', async (path, field, seen) => {
    const { status, body } = await api.get(path);
    expect(status).toBe(422);
    expect(body.errors).toEqual([{ field, seen, allowed: 'an integer, 1 to 500' }]);
  });

  it('is shown as it was sent on a change, too', async () => {
    const { body } = await api.delete('/gateways/nobody?waitMs=soon');
    expect(body.errors).toMatchObject([{ field: 'waitMs', seen: 'soon' }]);
  });
});

describe('names that the audit uses for the system itself', () => {
  it.each(['admin', 'system'])('cannot be taken by a user: %s', async (name) => {
    const answer = await api.post('/users', { name });
    expect(answer.body.errors).toEqual([
      { field: 'name', seen: name, allowed: expect.stringContaining('other than') },
    ]);
  });
});

describe('a policy that names gateways', () => {
  it('is refused if one of them is not registered, because a mistyped deny would deny nothing', async () => {
    const registered = await api.post('/gateways', { name: 'gw-one', url: 'https://gw-one.example.com' });
    expect(registered.status).toBe(201);
    const policy = { name: 'typo', effect: 'deny', subjects: ['authenticated'], servers: ['*'] };
    const refused = await api.post('/policies', { ...policy, gateways: ['gw-one', 'gw-on'] });
    expect(refused.body.errors).toEqual([
      { field: 'gateways', seen: ['gw-on'], allowed: expect.arrayContaining(['gw-one']) },
    ]);
    expect((await api.post('/policies', { ...policy, gateways: ['gw-one'] })).status).toBe(201);
  });
});

describe('a body that is not JSON', () => {
  it.each(['application/x-www-form-urlencoded', 'text/plain', 'application/xml'])(
    'is refused: %s',
    async (type) => {
      const call = { headers: { 'content-type': type } };
      const answer = await api.post('/gateways', '{"name":"g9","url":"https://g9.example.com"}', call);
      expect([answer.status, answer.body.type]).toEqual([415, 'urn:causeway:problem:media-type-unsupported']);
      expect(answer.body.detail).toContain('application/json');
    },
  );
});

describe('a body that is nested too deep', () => {
  it.each([
    ['/api/v1/gateways', 100_000],
    ['/internal/v1/enrol', 4000],
  ])('is refused at %s before it can exhaust the stack', async (path, depth) => {
    for (const field of ['url', 'labels', 'unknown']) {
      const body = `{"${field}":${'['.repeat(depth)}${']'.repeat(depth)}}`;
      const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' };
      const answer = await fetch(`${api.url}${path}`, { method: 'POST', headers, body });
      expect([field, answer.status]).toEqual([field, 400]);
      expect(await answer.json()).toMatchObject({ type: 'urn:causeway:problem:unparseable' });
    }
  });
});
