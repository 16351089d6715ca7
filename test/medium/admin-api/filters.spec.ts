import { mergeParts } from '#libs/audit';
import { AuditRecord } from '#libs/registry';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entryPart } from '../../support/audit-parts.js';
import { AdminApi } from './admin-api.js';

let api: AdminApi;

beforeAll(async () => {
  api = await AdminApi.start();
  const labels = { cloud: 'aws', environment: 'prod' };
  await api.post('/gateways', { name: 'aws', url: 'https://aws-gw.example.com', labels });
  await api.post('/gateways', {
    name: 'azure',
    url: 'https://azure-gw.example.com',
    labels: { cloud: 'azure' },
  });
  const server = (name: string, at: string, more: object) =>
    api.post('/mcp-servers', {
      name,
      url: `http://${name}/mcp`,
      proxyUrl: `https://${at}-gw.example.com`,
      ...more,
    });
  await server('mcp-analytics', 'aws', { tags: ['sales'], description: '100% of the Figures' });
  await server('mcp-m365', 'azure', { tags: ['office', 'sales'] });
});
afterAll(() => api.close());

const names = async (path: string): Promise<string[]> =>
  (await api.get(path)).body.items.map(({ name }: { name: string }) => name);

const count = async (query: string): Promise<number> => (await api.get(`/audit?${query}`)).body.items.length;

describe('a list', () => {
  it.each([
    ['/mcp-servers?q=M365', ['mcp-m365']],
    ['/mcp-servers?q=figures', ['mcp-analytics']],
    ['/mcp-servers?q=100%25', ['mcp-analytics']],
    ['/mcp-servers?q=%25', ['mcp-analytics']],
    ['/mcp-servers?q=mcp_', []],
    ['/mcp-servers?tag=sales', ['mcp-analytics', 'mcp-m365']],
    ['/mcp-servers?tag=office&gateway=azure', ['mcp-m365']],
    ['/mcp-servers?gateway=aws', ['mcp-analytics']],
    ['/mcp-servers?gateway=gcp', []],
    ['/gateways?q=azure-gw', ['azure']],
    ['/gateways?label=environment', ['aws']],
    ['/gateways?label=cloud%3Dazure', ['azure']],
    ['/gateways?label=cloud%3Dgcp', []],
  ])('%s has just %j', async (path, expected) => {
    expect(await names(path)).toEqual(expected);
  });

  it('is filtered on every page', async () => {
    const first = (await api.get('/mcp-servers?tag=sales&limit=1')).body;
    const second = await names(`/mcp-servers?tag=sales&limit=1&cursor=${first.nextCursor}`);
    expect([first.items[0].name, second]).toEqual(['mcp-analytics', ['mcp-m365']]);
  });

  it('refuses a filter that it does not have', async () => {
    expect((await api.get('/users?tag=x')).status).toBe(422);
  });
});

describe('the audit', () => {
  it('is filtered by action and resource', async () => {
    expect(await count('action=gateway.create')).toBe(2);
    expect(await count('action=gateway.create&resource=gateways/aws')).toBe(1);
    expect(await count('resource=gateways/gcp')).toBe(0);
  });

  it('is filtered by the name of a gateway or by its host, and has its fields in order', async () => {
    const body = { ...mergeParts([entryPart('r')]), entry_gateway: 'aws-gw.example.com' };
    const shown = body as unknown as Record<string, string>;
    const row = {
      id: 'r',
      kind: 'mcp',
      timestamp: new Date(),
      status: 'success',
      entryGateway: 'aws-gw.example.com',
      body,
    };
    await api.app.get(DataSource).manager.save(AuditRecord, row as AuditRecord);
    for (const at of ['aws', 'aws-gw.example.com']) expect(await count(`entry_gateway=${at}`)).toBe(1);
    expect(await count('entry_gateway=azure')).toBe(0);
    const [record] = (await api.get('/audit?entry_gateway=aws')).body.items;
    expect(Object.keys(record).slice(2, 11)).toEqual([
      'timestamp',
      'user',
      'mcp_server',
      'tool',
      'entry_gateway',
      'handling_gateway',
      'proxy_hops',
      'total_latency_ms',
      'status',
    ]);
    expect(Object.keys(record).sort()).toEqual(Object.keys(shown).sort());
  });
});

describe('a method that a path does not have', () => {
  it.each([
    ['PATCH', '/policies/x', 'DELETE, GET, HEAD, PUT'],
    ['PUT', '/policies', 'GET, HEAD, POST'],
    ['POST', '/fleet', 'GET, HEAD'],
  ])('is refused with those that it has: %s %s', async (method, path, allowed) => {
    const { status, headers, body } = await api.call(method, path, { body: {} });
    expect([status, headers.get('allow'), body.type]).toEqual([
      405,
      allowed,
      'urn:causeway:problem:method-not-allowed',
    ]);
  });

  it('is no matter where there is no path', async () => {
    expect((await api.call('PATCH', '/nothing')).status).toBe(404);
  });
});
