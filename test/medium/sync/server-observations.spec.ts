import type { ServerObservation } from '#libs/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase } from '../../support/postgres.js';
import { ControlPlane } from './control-plane.js';
import { NOWHERE, type TestReplica } from './test-replica.js';

let control: ControlPlane;
let aws: TestReplica;
let azure: TestReplica;

beforeAll(async () => {
  control = await ControlPlane.start(await freshDatabase());
  aws = await control.replica('aws');
  azure = await control.replica('azure');
});
afterAll(() => control.close());

const T1 = '2026-02-06T10:30:00.000Z';
const T2 = '2026-02-06T10:31:00.000Z';

/** Registers a server behind aws. @returns the revision of its registration. */
async function register(name: string): Promise<number> {
  const body = { name, url: `http://${name}.internal/mcp`, proxyUrl: 'https://aws.example.com' };
  return ((await control.admin('POST', '/mcp-servers', body)) as { revision: number }).revision;
}

const shown = (name: string) => control.admin('GET', `/mcp-servers/${name}`);

async function report(replica: TestReplica, seen: Partial<ServerObservation>): Promise<void> {
  const rest = { lastSuccessAt: null, lastFailure: null, protocolVersions: [], serverInfo: null };
  const servers = [{ server: '', revision: 0, ...rest, ...seen }];
  const answer = await replica.heartbeat(NOWHERE, { servers });
  expect(answer.status).toBe(200);
}

const failure = (at: string, detail: string) => ({ at, reason: 'upstream_timeout', detail });

describe('what gateways report of MCP servers', () => {
  it('is shown with the server: last success, last failure, protocol revisions and name', async () => {
    const revision = await register('seen');
    const lastFailure = { at: T2, reason: 'upstream_status', detail: 'status 404, text/html' };
    const serverInfo = { name: 'm365', version: '1.2' };
    const protocolVersions = ['2025-11-25'];
    await report(aws, { server: 'seen', revision, lastSuccessAt: T1, protocolVersions, serverInfo });
    expect((await shown('seen')).status).toEqual({ state: 'ok', checkedAt: T1 });
    await report(aws, { server: 'seen', revision, lastFailure, protocolVersions: ['2026-07-28'] });
    const { status, observed } = await shown('seen');
    expect(status).toEqual({ state: 'failing', checkedAt: T2 });
    expect(observed).toEqual({
      lastSuccessAt: T1,
      lastFailure: { ...lastFailure, gateway: 'aws' },
      protocolVersions: ['2026-07-28', '2025-11-25'],
      serverInfo,
    });
  });

  it('does not go back when a replica with older news reports last', async () => {
    const revision = await register('late');
    await report(aws, { server: 'late', revision, lastSuccessAt: T2, lastFailure: failure(T2, 'new') });
    await report(aws, { server: 'late', revision, lastSuccessAt: T1, lastFailure: failure(T1, 'old') });
    expect((await shown('late')).observed).toMatchObject({
      lastSuccessAt: T2,
      lastFailure: { at: T2, detail: 'new' },
    });
  });

  it('is not believed of a gateway that does not handle the server', async () => {
    const revision = await register('foreign');
    await report(azure, { server: 'foreign', revision, lastSuccessAt: T1 });
    expect((await shown('foreign')).status.state).toBe('unprobed');
  });

  it('says nothing about another registration than the one it was seen under', async () => {
    const revision = await register('moved');
    await report(aws, { server: 'moved', revision, lastSuccessAt: T1 });
    const { revision: before, ...body } = await shown('moved');
    await control.admin(
      'PUT',
      '/mcp-servers/moved',
      { ...body, url: 'http://elsewhere.internal/mcp' },
      before,
    );
    expect((await shown('moved')).status).toEqual({ state: 'unprobed', checkedAt: null });
    await report(aws, { server: 'moved', revision, lastSuccessAt: T1 });
    expect((await shown('moved')).status.state).toBe('unprobed');
  });

  it('is kept when something else of the server is changed', async () => {
    const revision = await register('described');
    await report(aws, { server: 'described', revision, lastSuccessAt: T1 });
    const { revision: before, ...body } = await shown('described');
    await control.admin('PUT', '/mcp-servers/described', { ...body, description: 'new' }, before);
    expect((await shown('described')).status).toEqual({ state: 'ok', checkedAt: T1 });
  });

  it('never lies in the future, whatever the clock of the gateway says', async () => {
    const revision = await register('early');
    await report(aws, { server: 'early', revision, lastSuccessAt: '2999-01-01T00:00:00.000Z' });
    const { lastSuccessAt } = (await shown('early')).observed;
    expect(Date.parse(lastSuccessAt)).toBeLessThan(Date.now() + 60_000);
  });

  it('may hold text that PostgreSQL cannot store; the replica does not look silent for it', async () => {
    const revision = await register('odd');
    const serverInfo = { name: 'a\ud800b', version: '' };
    await report(aws, { server: 'odd', revision, lastSuccessAt: T1, serverInfo });
    expect((await shown('odd')).observed.serverInfo).toEqual({ name: 'a\ufffdb', version: '' });
  });
});
