import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { auditRecords } from '../../support/audit-records.js';
import { eventually } from '../../support/eventually.js';
import { startScenario, type Scenario } from '../../support/everything-scenario.js';
import { outcomeOf } from '../../support/tool-call.js';
import { Traffic } from '../../support/traffic.js';

let scenario: Scenario;
beforeAll(async () => {
  scenario = await startScenario({ gatewayEnv: { SHUTDOWN_GRACE_MS: '500' } });
});
afterAll(() => scenario?.federation.stop());

async function killAndStartAgain(gateway: string): Promise<void> {
  for (const replica of scenario.federation.gateway(gateway).replicas) {
    replica.child.kill('SIGKILL');
    await replica.child.exited;
    await replica.start();
    await replica.ready();
  }
}

it('what the MCP server executed has an audit record, even if every process was killed meanwhile', async () => {
  const { federation, modern, urls, alice } = scenario;
  const executed = (): number => [...modern.counted.values()].reduce((sum, n) => sum + n, 0);
  const call = { url: urls.modern, token: alice.token, tool: 'count', args: { id: 'x' } };
  const traffic = new Traffic(3, 10, () => call);
  for (const gateway of ['azure', 'aws']) {
    await eventually(() => expect(traffic.made).toBeGreaterThan(20));
    await sleep(500);
    await killAndStartAgain(gateway);
  }
  for (const control of federation.controls) {
    control.child.kill('SIGKILL');
    await control.child.exited;
    await sleep(1000);
    await control.start();
    await control.ready();
  }
  await traffic.stop();
  const total = executed();
  expect(total).toBeGreaterThan(20);
  const counted = async (): Promise<number> => {
    let count = 0;
    let cursor: string | null = null;
    do {
      const search = new URLSearchParams({
        kind: 'mcp',
        tool: 'count',
        limit: '500',
        ...(cursor === null ? {} : { cursor }),
      });
      const page = (await federation.api.get(`/audit?${search.toString()}`)) as {
        items: unknown[];
        nextCursor: string | null;
      };
      count += page.items.length;
      cursor = page.nextCursor;
    } while (cursor !== null);
    return count;
  };
  await eventually(async () => expect(await counted()).toBeGreaterThanOrEqual(total), 30_000);
});

it('a call whose gateway was killed in the middle has a record, which does not claim success', async () => {
  const { federation, modern, urls, alice } = scenario;
  const id = 'killed';
  const trace = '1af7651916cd43dd8448eb211c80319c';
  const headers = { traceparent: `00-${trace}-b7ad6b7169203331-01` };
  const outcome = outcomeOf({ url: urls.modern, token: alice.token, tool: 'wait', args: { id }, headers });
  await eventually(() => expect(modern.started).toContain(id));
  await killAndStartAgain('aws');
  expect(await outcome).toContain('broken');
  const records = await auditRecords(
    federation.api,
    { trace_id: trace },
    ([record]) => record?.hops.length === 2,
  );
  expect(records).toHaveLength(1);
  expect(records[0]).toMatchObject({ status: 'unknown', reason: null });
});

it.each(['aws', 'azure'])(
  'a call that outlasts the drain of %s gets an answer, and a record that names the drain',
  async (gateway) => {
    const { federation, modern, urls, alice } = scenario;
    const id = `drained-${gateway}`;
    const trace = gateway === 'aws' ? '2af7651916cd43dd8448eb211c80319c' : '3af7651916cd43dd8448eb211c80319c';
    const headers = { traceparent: `00-${trace}-b7ad6b7169203331-01` };
    const outcome = outcomeOf({ url: urls.modern, token: alice.token, tool: 'wait', args: { id }, headers });
    await eventually(() => expect(modern.started).toContain(id));
    for (const replica of federation.gateway(gateway).replicas) {
      expect(await replica.child.stop()).toBe(0);
      await replica.start();
      await replica.ready();
    }
    expect(await outcome).toBe('503 drain_interrupted');
    const records = await auditRecords(
      federation.api,
      { trace_id: trace },
      ([record]) => record?.hops.length === 2 && record.status !== 'unknown',
    );
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({ status: 'error', reason: 'drain_interrupted' });
  },
);
