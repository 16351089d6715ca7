import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditRecords, isMerged } from '../../support/audit-records.js';
import { eventually } from '../../support/eventually.js';
import { startScenario, type Scenario } from '../../support/everything-scenario.js';
import { startLegacyServer, type LegacyServer } from '../../support/legacy-server.js';
import { endpoint, openAgent, type AgentKind } from '../../support/mcp-clients.js';

let scenario: Scenario;
let legacy: LegacyServer;
beforeAll(async () => {
  scenario = await startScenario();
  legacy = await startLegacyServer();
  scenario.federation.onStop(() => legacy.close());
  const { registrar } = scenario.federation;
  await registrar.server('legacy', legacy.url, 'azure');
  await registrar.allow('alice@example.com', ['legacy']);
  await registrar.untilInSync();
});
afterAll(() => scenario?.federation.stop());

describe('a modern server through two gateways', () => {
  it('speaks the modern revision with a client that asks for it', async () => {
    const sut = await openAgent('sdk 2.x, auto', scenario.urls.modern, scenario.alice.token);
    expect(sut.protocolVersion()).toBe('2026-07-28');
    expect(await sut.toolNames()).toEqual(expect.arrayContaining(['echo', 'wait', 'steps']));
    expect(await sut.call('echo', { message: 'modern' })).toBe('modern');
    expect(await sut.readResource('demo://readme')).toContain('behind two gateways');
    expect(await sut.prompt('greeting', { name: 'Bob' })).toBe('Hello Bob');
    await sut.close();
  });

  it('streams many progress notifications in their order', async () => {
    const sut = await openAgent('sdk 2.x, auto', scenario.urls.modern, scenario.alice.token);
    const seen: number[] = [];
    const onprogress = ({ progress }: { progress: number }): void => void seen.push(progress);
    expect(await sut.call('steps', { count: 100 }, { onprogress })).toBe('100 steps');
    expect(seen).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
    await sut.close();
  });

  it('carries a question to the user inside of a call', async () => {
    const sut = await openAgent('sdk 2.x, auto', scenario.urls.modern, scenario.alice.token);
    expect(await sut.call('confirm', {})).toBe('confirmed');
    await sut.close();
  });

  it('serves clients of the legacy revisions too', async () => {
    const sut = await openAgent('sdk 1.x', scenario.urls.modern, scenario.alice.token);
    expect(await sut.call('echo', { message: 'legacy' })).toBe('legacy');
    await sut.close();
  });
});

describe.each<[AgentKind, 'modern' | 'legacy']>([
  ['sdk 2.x, auto', 'modern'],
  ['sdk 2.x, legacy', 'legacy'],
  ['sdk 1.x', 'legacy'],
])('%s and a %s server', (kind, name) => {
  const server = () => (name === 'modern' ? scenario.modern : legacy);
  const open = () =>
    openAgent(kind, endpoint(scenario.federation.gateway('aws').url, name), scenario.alice.token);

  it('a cancelled call is cancelled at the server', async () => {
    const sut = await open();
    const id = `cancel-${kind}`;
    const cancel = new AbortController();
    const outcome = sut
      .call('wait', { id }, { signal: cancel.signal })
      .catch((error: Error) => String(error));
    await eventually(() => expect(server().started).toContain(id));
    cancel.abort();
    expect(await outcome).toMatch(/abort|cancel/i);
    await eventually(() => expect(server().cancelled).toContain(id));
    await sut.close();
  });
});

it('an agent that disconnects in the middle of a stream leaves one record, which says cancelled', async () => {
  const { federation, urls, alice, modern } = scenario;
  const leave = new AbortController();
  const id = 'disconnect';
  const body = {
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: {
      name: 'wait',
      arguments: { id },
      _meta: {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientInfo': { name: 'agent', version: '1' },
        'io.modelcontextprotocol/clientCapabilities': {},
      },
    },
  };
  const response = fetch(urls.modern, {
    method: 'POST',
    signal: leave.signal,
    headers: {
      authorization: `Bearer ${alice.token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': 'wait',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    },
    body: JSON.stringify(body),
  }).catch((error: Error) => error.name);
  await eventually(() => expect(modern.started).toContain(id));
  leave.abort();
  expect(await response).toBe('AbortError');
  await eventually(() => expect(modern.cancelled).toContain(id));
  const records = await auditRecords(
    federation.api,
    { trace_id: '0af7651916cd43dd8448eb211c80319c' },
    ([record]) => isMerged(record),
  );
  expect(records).toHaveLength(1);
  expect(records[0]).toMatchObject({ status: 'cancelled', reason: 'client_disconnected', tool: 'wait' });
});
