import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startEverythingServer } from '../../support/everything-server.js';
import { AGENT_KINDS, endpoint, openAgent } from '../../support/mcp-clients.js';
import { startModernServer, type ModernServer } from '../../support/modern-server.js';
import { GatewayHarness, until, type HarnessUser } from '../../support/relay/gateway-harness.js';

describe('real MCP clients', () => {
  let harness: GatewayHarness;
  let alice: HarnessUser;
  let modern: ModernServer;

  beforeAll(async () => {
    harness = await GatewayHarness.of('aws', 'azure');
    const everything = await startEverythingServer(mkdtempSync(join(tmpdir(), 'causeway-everything-')));
    harness.owns({ close: () => everything.child.stop() });
    modern = harness.owns(await startModernServer());
    harness.server('everything', 'azure', everything.url);
    harness.server('modern', 'azure', modern.url);
    alice = harness.user('alice');
    harness.policy('all', {});
  });
  beforeEach(() => {
    for (const { parts } of harness.gateways.values()) parts.length = 0;
  });
  afterAll(() => harness?.stop());

  const cases = AGENT_KINDS.flatMap((kind) => ['aws', 'azure'].map((at) => ({ kind, at })));

  it.each(cases)(
    '$kind opens, uses and ends a session with server-everything through $at',
    async ({ kind, at }) => {
      const agent = await openAgent(kind, endpoint(harness.gateway(at).url, 'everything'), alice.token);
      expect(await agent.toolNames()).toContain('echo');
      expect(await agent.call('echo', { message: 'hello' })).toBe('Echo: hello');
      expect(agent.sessionId()).toMatch(/~/);
      await agent.endSession();
      const ended = await harness.gateway(at).outcomeOf('DELETE');
      expect(ended).toMatchObject({ status: 'success', httpStatus: 200 });
    },
  );

  it.each(cases)('$kind sees the progress of a modern server through $at', async ({ kind, at }) => {
    const agent = await openAgent(kind, endpoint(harness.gateway(at).url, 'modern'), alice.token);
    const seen: number[] = [];
    const onprogress = ({ progress }: { progress: number }): void => void seen.push(progress);
    expect(await agent.call('steps', { count: 3 }, { onprogress })).toBe('3 steps');
    expect(seen).toEqual([1, 2, 3]);
    await agent.close();
  });

  it('the cancellation of a modern client reaches the server, and is on record at both gateways', async () => {
    const agent = await openAgent(
      'sdk 2.x, auto',
      endpoint(harness.gateway('aws').url, 'modern'),
      alice.token,
    );
    const abort = new AbortController();
    const call = agent.call('wait', { id: 'w1' }, { signal: abort.signal }).catch(() => 'cancelled');
    await until(() => modern.started.includes('w1'));
    abort.abort();
    expect(await call).toBe('cancelled');
    await until(() => modern.cancelled.includes('w1'));
    for (const name of ['aws', 'azure'])
      expect((await harness.gateway(name).outcomeOf('tools/call')).status).toBe('cancelled');
    await agent.close();
  });
});
