import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditBatch, AuditPart } from '#libs/contract';
import { ReportedMetrics } from '../../../apps/federation/src/control-plane/fleet/reported-metrics.service.js';
import { freshDatabase } from '../../support/postgres.js';
import { ControlPlane } from '../sync/control-plane.js';
import { NOWHERE, type TestReplica } from '../sync/test-replica.js';
import { entryPart, handlingPart } from '../../support/audit-parts.js';

const PATH = '/internal/v1/audit';

const batchOf = (boot: string, ...parts: AuditPart[]): AuditBatch => ({
  boot,
  records: parts.map((part, i) => ({ seq: i + 1, part })),
});

describe('POST /internal/v1/audit', () => {
  let controlPlane: ControlPlane;
  let aws: TestReplica;
  let azure: TestReplica;

  beforeAll(async () => {
    controlPlane = await ControlPlane.start(await freshDatabase());
    aws = await controlPlane.replica('aws');
    azure = await controlPlane.replica('azure');
  });
  afterAll(() => controlPlane.close());

  const listed = async (id: string): Promise<unknown[]> => {
    const { items } = (await controlPlane.admin('GET', '/audit?kind=mcp&limit=500')) as {
      items: { id: string }[];
    };
    return items.filter((item) => item.id === id);
  };

  it('stores what both gateways deliver; the admin API lists one record', async () => {
    const receipt = await aws.request('POST', PATH, batchOf('boot-1', entryPart('q1')));
    expect([receipt.status, await receipt.json()]).toEqual([200, { boot: 'boot-1', seq: 1 }]);
    expect((await azure.request('POST', PATH, batchOf('boot-2', handlingPart('q1')))).status).toBe(200);
    expect(await listed('q1')).toMatchObject([
      { proxy_hops: 1, proxy_ms: 24, upstream_ms: 200, status: 'success' },
    ]);
    expect(await controlPlane.admin('GET', '/requests/q1')).toMatchObject({ id: 'q1' });
  });

  it('accepts the largest batch that a gateway sends', async () => {
    const parts = Array.from({ length: 500 }, (_, i) => entryPart(`large-${i}`, { tool: 'é'.repeat(250) }));
    expect((await aws.request('POST', PATH, batchOf('boot-3', ...parts))).status).toBe(200);
  });

  it('stores a part whose text PostgreSQL cannot hold, so that no agent can avoid its record', async () => {
    const part = entryPart('q6', { tool: 'a\0b\ud800' });
    const answer = await aws.request('POST', PATH, batchOf('boot-7', part));
    expect([answer.status, await answer.json()]).toEqual([200, { boot: 'boot-7', seq: 1 }]);
    expect(await listed('q6')).toMatchObject([{ tool: 'a\ufffdb\ufffd' }]);
  });

  it('refuses the name of a boot that PostgreSQL cannot hold', async () => {
    const refused = await aws.request('POST', PATH, batchOf('boot\0', entryPart('q7')));
    expect(refused.status).toBe(422);
    expect(await refused.json()).toMatchObject({ errors: [{ field: 'boot' }] });
  });

  it('refuses parts in the name of another gateway', async () => {
    const refused = await azure.request('POST', PATH, batchOf('boot-4', handlingPart('q2'), entryPart('q2')));
    expect(refused.status).toBe(422);
    expect(await refused.json()).toMatchObject({
      type: 'urn:causeway:problem:validation',
      errors: [{ field: 'records.1.part.gateway', seen: 'aws', allowed: 'azure' }],
    });
    expect(await listed('q2')).toEqual([]);
  });

  it('answers 400 to a line that is damaged inside, so that the gateway looks for it', async () => {
    const body = JSON.stringify(batchOf('boot-6', entryPart('q5'))).replace('"tool":', '"tool"\0');
    expect((await aws.request('POST', PATH, undefined, { body })).status).toBe(400);
  });

  it('refuses parts from anybody without the key of a replica', async () => {
    const body = JSON.stringify(batchOf('boot-5', entryPart('q3')));
    const headers = { 'content-type': 'application/json' };
    const anonymous = await fetch(`${controlPlane.url}${PATH}`, { method: 'POST', headers, body });
    const swapped = await aws.request('POST', PATH, batchOf('boot-5', entryPart('q4')), { body });
    expect([anonymous.status, swapped.status]).toEqual([401, 401]);
    expect([...(await listed('q3')), ...(await listed('q4'))]).toEqual([]);
  });

  it("shows the product's metrics as replicas reported them, and nothing else that a replica sent", async () => {
    const metrics =
      '# TYPE mcp_requests_total counter\nmcp_requests_total{server="s"} 3\nprocess_cpu_seconds_total 9\n';
    expect((await aws.heartbeat(NOWHERE, { metrics })).ok).toBe(true);
    expect(await controlPlane.app.get(ReportedMetrics).text()).toBe(
      `# TYPE mcp_requests_total counter\nmcp_requests_total{server="s",replica="${aws.enrolment.replicaId}"} 3\n`,
    );
  });
});
