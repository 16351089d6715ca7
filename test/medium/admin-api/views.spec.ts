import { BUCKETS, tokenHash } from '#libs/contract';
import { Replica, RestoreWatch } from '#libs/registry';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AdminApi } from './admin-api.js';

let api: AdminApi;
let database: DataSource;

beforeAll(async () => {
  api = await AdminApi.start();
  database = api.app.get(DataSource);
  for (const name of ['aws', 'azure'])
    await api.post('/gateways', { name, url: `https://${name}.example.com` });
  await api.post('/mcp-servers', {
    name: 'mcp-m365',
    url: 'http://m365.internal/mcp',
    proxyUrl: 'https://azure.example.com',
  });
  await api.post('/users', { name: 'alice', groups: ['finance'] });
  await api.post('/policies', {
    name: 'calendar',
    effect: 'allow',
    subjects: ['group:finance'],
    servers: ['mcp-m365'],
    tools: ['get_*'],
    gateways: ['aws'],
  });
});
afterAll(() => api.close());

async function reports(id: string, gateway: string, more: Partial<Replica>): Promise<void> {
  const { body } = await api.get('/config');
  await database.manager.save(Replica, {
    id,
    gateway,
    publicKey: 'x',
    enrolledAt: new Date(),
    lastSeenAt: new Date(),
    version: '1.0.0',
    schemaVersion: 1,
    epoch: body.epoch,
    revision: body.revision,
    digest: body.digest,
    ...more,
  });
}

describe('POST /access/explain', () => {
  const QUERY = {
    user: 'alice',
    mcpServer: 'mcp-m365',
    method: 'tools/call',
    tool: 'get_events',
    entryGateway: 'aws',
  };

  it('decides at both gateways on the newest revision', async () => {
    const { status, body } = await api.post('/access/explain', QUERY);
    const { revision } = (await api.get('/config')).body;
    expect(status).toBe(200);
    expect(body).toEqual({
      allowed: false,
      entryGateway: 'aws',
      handlingGateway: 'azure',
      proxyHops: 1,
      decisions: [
        { gateway: 'aws', role: 'entry', decision: 'allow', policy: 'calendar', reason: null, revision },
        {
          gateway: 'azure',
          role: 'handling',
          decision: 'deny',
          policy: null,
          reason: 'access_denied',
          revision,
        },
      ],
      nearMisses: [],
    });
  });

  it('follows changes', async () => {
    const { body: policy } = await api.get('/policies/calendar');
    const rest = { effect: 'allow', subjects: ['group:finance'], servers: ['mcp-m365'], tools: ['get_*'] };
    await api.put('/policies/calendar', rest, policy.revision);
    expect((await api.post('/access/explain', QUERY)).body.allowed).toBe(true);
    expect(
      (await api.post('/access/explain', { ...QUERY, tool: 'send_mail' })).body.decisions[0].reason,
    ).toBe('tool_denied');
    expect((await api.post('/access/explain', { ...QUERY, groups: [] })).body.allowed).toBe(false);
  });

  it.each(['user', 'mcpServer', 'entryGateway'])('answers an unknown %s with a denial', async (field) => {
    const { status, body } = await api.post('/access/explain', { ...QUERY, [field]: 'nobody' });
    expect(status).toBe(200);
    expect(body.allowed).toBe(false);
  });

  it('is not misled by a row written without the API, and follows the next change', async () => {
    await database.query(`UPDATE config_entity SET body = '{}' WHERE kind = 'policy'`);
    expect((await api.post('/access/explain', QUERY)).body.allowed).toBe(true);
    const { body } = await api.get('/policies/calendar');
    const rest = { effect: 'deny', subjects: ['group:finance'], servers: ['mcp-m365'] };
    expect((await api.put('/policies/calendar', rest, body.revision)).status).toBe(200);
    expect((await api.post('/access/explain', QUERY)).body.allowed).toBe(false);
  });
});

const ago = (seconds: number): Date => new Date(Date.now() - seconds * 1000);
const firstGateway = async () => (await api.get('/fleet')).body.gateways[0];

describe('fleet and receipts', () => {
  it('show which gateways serve the newest revision', async () => {
    await reports('r-1', 'aws', { connection: 'nats', uptimeSeconds: 31 });
    const { body } = await api.get('/fleet');
    expect(body).toMatchObject((await api.get('/config')).body);
    expect(body.gateways.map(({ name, status }: { name: string; status: string }) => [name, status])).toEqual(
      [
        ['aws', 'ok'],
        ['azure', 'never_seen'],
      ],
    );
    expect(body.gateways[0].replicas[0]).toMatchObject({
      id: 'r-1',
      state: 'live',
      connection: 'nats',
      rejected: null,
    });
  });

  it('wait for the gateways that a change has not reached yet', async () => {
    await reports('r-2', 'azure', {});
    await api.post('/groups', { name: 'short-lived' });
    expect((await api.delete('/groups/short-lived')).body).toMatchObject({
      applied: [],
      pending: ['aws', 'azure'],
    });
    await api.post('/groups', { name: 'short-lived' });
    const { revision } = (await api.get('/config')).body;
    const waiting = api.delete('/groups/short-lived?waitMs=10000');
    await database.manager.update(Replica, { id: 'r-1' }, { revision: revision + 1 });
    await database.manager.update(Replica, { id: 'r-2' }, { revision: revision + 2 });
    expect((await waiting).body).toEqual({
      revision: revision + 1,
      applied: ['aws', 'azure'],
      pending: [],
      neverSeen: [],
    });
  });

  it('do not wait for a gateway that was registered but never seen', { timeout: 10_000 }, async () => {
    await api.post('/gateways', { name: 'planned', url: 'https://planned.example.com' });
    await api.post('/groups', { name: 'short-lived' });
    const { revision } = (await api.get('/config')).body;
    for (const id of ['r-1', 'r-2'])
      await database.manager.update(Replica, { id }, { revision: revision + 1 });
    const { body } = await api.delete('/groups/short-lived?waitMs=30000');
    expect(body).toMatchObject({ applied: ['aws', 'azure'], pending: [], neverSeen: ['planned'] });
    await api.delete('/gateways/planned');
  });

  it('mark a replica that is gone, whose gateway is degraded, and down without any that is live', async () => {
    await reports('r-1', 'aws', {});
    await reports('r-3', 'aws', { lastSeenAt: ago(400) });
    expect(await firstGateway()).toMatchObject({
      name: 'aws',
      status: 'degraded',
      replicas: [
        { id: 'r-1', state: 'live' },
        { id: 'r-3', state: 'gone' },
      ],
    });
    await database.manager.update(Replica, { id: 'r-1' }, { lastSeenAt: ago(20) });
    expect(await firstGateway()).toMatchObject({
      status: 'down',
      replicas: [{ state: 'silent' }, { state: 'gone' }],
    });
    await database.manager.delete(Replica, { id: 'r-3' });
    await reports('r-1', 'aws', {});
  });

  it('do not wait longer than the limit', async () => {
    expect((await api.delete('/groups/x?waitMs=600000')).status).toBe(422);
  });
});

describe('configuration', () => {
  it('shows who changed what, newest first, in pages', async () => {
    const first = await api.get('/config/history?limit=1');
    const head = (await api.get('/config')).body;
    expect(first.body.items).toEqual([
      {
        revision: head.revision,
        timestamp: expect.any(String),
        user: 'admin',
        action: expect.any(String),
        resource: expect.any(String),
        digest: head.digest,
      },
    ]);
    const second = await api.get(`/config/history?limit=1&cursor=${first.body.nextCursor}`);
    expect(second.body.items[0].revision).toBe(head.revision - 1);
  });

  it('begins a new generation of hop keys and announces it', async () => {
    const before = await database.query('SELECT hop_generation AS g FROM config_head');
    const { status, body } = await api.post('/hop-keys/rotate', undefined);
    expect(status).toBe(200);
    expect(body.generation).toBe(before[0].g + 1);
    const [entity] = await database.query(`SELECT body FROM config_entity WHERE kind = 'hop-generation'`);
    expect(JSON.parse(entity.body)).toEqual({ generation: body.generation, revision: body.revision });
  });

  it('is stored in no more buckets than the digest has', async () => {
    const [{ n }] = await database.query('SELECT count(*)::int AS n FROM config_bucket WHERE bucket >= $1', [
      BUCKETS,
    ]);
    expect(n).toBe(0);
  });
});

describe('a restored backup', () => {
  it('keeps a token revoked even if only the gateways remember its revocation', async () => {
    const { token, id } = (await api.post('/tokens', { user: 'alice' })).body;
    await reports('r-1', 'aws', { tombstones: [{ hash: tokenHash(token), until: null }] });
    const { epoch, revision } = (await api.get('/config')).body;
    const proof = {
      epoch,
      revision: revision + 5,
      digest: 'sha256:x',
      replica: 'r-1',
      revoked: [],
      at: new Date().toISOString(),
    };
    await api.app.get(RestoreWatch).markRestoreSuspected(proof);

    const refused = await api.post('/groups', { name: 'during' });
    expect(refused.status).toBe(409);
    expect(refused.body.type).toBe('urn:causeway:problem:restore-pending');
    expect((await api.get('/groups')).status).toBe(200);

    const acknowledged = await api.post('/config/restore-ack', undefined);
    expect(acknowledged.body).toMatchObject({ epoch: epoch + 1, revision: revision + 6 });
    expect((await api.get(`/tokens/${id}`)).status).toBe(404);
    expect((await api.post('/groups', { name: 'during' })).status).toBe(201);
    expect((await api.post('/config/restore-ack', undefined)).status).toBe(409);
  });
});

describe('the audit', () => {
  it.each([
    ['kind=admin&user=admin&limit=2', 200],
    ['from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z', 200],
    ['kind=other', 422],
    ['status=maybe', 422],
    ['from=yesterday', 422],
    ['colour=red', 422],
  ])('answers ?%s with %i', async (query, status) => {
    expect((await api.get(`/audit?${query}`)).status).toBe(status);
  });

  it('comes newest first, in pages without gaps', async () => {
    const all = (await api.get('/audit?limit=500')).body.items.map((item: { id: string }) => item.id);
    const paged: string[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? '' : `&cursor=${cursor}`;
      const { body } = await api.get(`/audit?limit=3${query}`);
      paged.push(...body.items.map((item: { id: string }) => item.id));
      cursor = body.nextCursor;
    } while (cursor !== null);
    expect(paged).toEqual(all);
    expect((await api.get(`/requests/${all[0]}`)).body.id).toBe(all[0]);
    expect((await api.get('/requests/none')).status).toBe(404);
  });
});
