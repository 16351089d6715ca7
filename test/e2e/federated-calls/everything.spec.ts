import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditRecords, isMerged } from '../../support/audit-records.js';
import { ALICE, startScenario, type Scenario } from '../../support/everything-scenario.js';
import { AGENT_KINDS, openAgent, type Agent } from '../../support/mcp-clients.js';

let scenario: Scenario;
beforeAll(async () => {
  scenario = await startScenario();
});
afterAll(() => scenario?.federation.stop());

describe.each(AGENT_KINDS)('server-everything through two gateways, %s', (kind) => {
  let sut: Agent;
  beforeAll(async () => {
    sut = await openAgent(kind, scenario.urls.everything, scenario.alice.token);
  });
  afterAll(() => sut?.close());

  it('lists and calls tools', async () => {
    expect(await sut.toolNames()).toContain('echo');
    expect(await sut.call('echo', { message: 'grüße' })).toContain('grüße');
    expect(await sut.call('get-sum', { a: 2, b: 40 })).toContain('42');
  });

  it('passes a large result on unchanged', async () => {
    const message = 'x'.repeat(1_000_000);
    expect(await sut.call('echo', { message })).toContain(message);
  });

  it('lists and reads resources', async () => {
    const uris = await sut.resourceUris();
    expect(uris.length).toBeGreaterThan(0);
    expect((await sut.readResource(String(uris[0]))).length).toBeGreaterThan(0);
  });

  it('gets a prompt', async () => {
    expect(await sut.prompt('args-prompt', { city: 'Lisbon' })).toContain('Lisbon');
  });

  it('streams progress while a call lasts', async () => {
    const steps: number[] = [];
    const onprogress = ({ progress }: { progress: number }): void => void steps.push(progress);
    const args = { duration: 1, steps: 4 };
    expect(await sut.call('trigger-long-running-operation', args, { onprogress })).toContain('completed');
    expect(steps).toEqual([1, 2, 3, 4]);
  });

  it('carries sampling, which the server asks of the client', async () => {
    expect(await sut.call('trigger-sampling-request', { prompt: 'hello', maxTokens: 10 })).toContain(
      'sampled',
    );
  });

  it('carries elicitation, which the server asks of the user', async () => {
    expect(await sut.call('trigger-elicitation-request', {})).toContain('Alice');
  });

  it('reports an error of the MCP server as that server gave it', async () => {
    await expect(sut.readResource('demo://no-such-resource')).rejects.toThrow(/resource/i);
  });
});

it('a call leaves one audit record, merged from both gateways', async () => {
  const { federation, urls, alice } = scenario;
  const agent = await openAgent('sdk 1.x', urls.everything, alice.token);
  await agent.call('get-tiny-image', {});
  await agent.close();
  const records = await auditRecords(federation.api, { tool: 'get-tiny-image' }, ([record]) =>
    isMerged(record),
  );
  expect(records).toHaveLength(1);
  const [record] = records;
  expect(record).toMatchObject({
    user: ALICE,
    status: 'success',
    proxy_hops: 1,
    entry_gateway: federation.gateway('aws').host,
    handling_gateway: federation.gateway('azure').host,
  });
  const sum = (record?.hops ?? []).reduce((total, hop) => total + (hop.ms ?? NaN), 0);
  const parts = sum + (record?.proxy_ms ?? 0) + (record?.upstream_ms ?? 0);
  expect(Math.abs(parts - (record?.total_latency_ms ?? 0))).toBeLessThanOrEqual(1);
});
