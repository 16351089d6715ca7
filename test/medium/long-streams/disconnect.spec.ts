import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HarnessUser } from '../../support/relay/gateway-harness.js';
import { DISTANCES } from '../../support/relay/scripted-harness.js';
import { KINDS, StreamHarness } from './stream-harness.js';

let harness: StreamHarness;
let alice: HarnessUser;

beforeAll(async () => {
  harness = await StreamHarness.start({});
  alice = harness.newUser();
});
afterAll(() => harness?.stop());

describe.each(DISTANCES)('an agent that leaves, at $hops', ({ server }) => {
  it.each(KINDS)('closes the connection to the MCP server, and leaves no message behind (%s)', async (kind) => {
    const { seen } = harness.upstream;
    seen.length = 0;
    const stream = await harness.begin(server, kind, alice);
    stream.response.destroy();
    await stream.isLetGo();
    await delay(100);
    expect(seen).toHaveLength(1);
    expect(seen[0]?.aborted).toBe(true);
  });

  it('can come back by GET to the legacy call that it lost', async () => {
    const stream = await harness.read(server, { body: '{"jsonrpc":"2.0","id":9,"method":"tools/call","params":{"name":"get_mail"}}' }, alice, 'id: e1\ndata:\n\n');
    await stream.has('id: e1');
    stream.response.destroy();
    await stream.isLetGo();
    const answer = '{"jsonrpc":"2.0","id":9,"result":{"content":[]}}';
    const request = { method: 'GET', headers: ['Last-Event-ID', 'e1'] };
    const resumed = await harness.read(server, request, alice, `id: e2\ndata: ${answer}\n\n`);
    await resumed.has(answer);
    expect(harness.upstream.seen.at(-1)?.headers['last-event-id']).toBe('e1');
    resumed.response.destroy();
  });
}); // prettier-ignore
