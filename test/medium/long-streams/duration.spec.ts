import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditPart } from '#libs/contract';
import { StreamWatch } from '#libs/routing';
import { until, type HarnessUser } from '../../support/relay/gateway-harness.js';
import { DISTANCES } from '../../support/relay/scripted-harness.js';
import { SSE_TYPE } from '../../support/relay/scripted-server.js';
import { REQUESTS, StreamHarness, type Kind } from './stream-harness.js';

const LISTENING: Kind[] = ['legacy GET', 'modern listen'];
const MAX_MS = 300;

let harness: StreamHarness;
let alice: HarnessUser;

beforeAll(async () => {
  harness = await StreamHarness.start({ lingerMs: 100 });
  alice = harness.newUser();
});
afterAll(() => harness?.stop());

/** The latest outcome that the gateway next to the MCP server has recorded, once there are more than so many. */
async function record(gateways: string[], count: number): Promise<AuditPart | undefined> {
  const { parts } = harness.gateway(gateways.at(-1) ?? '');
  const outcomes = (): AuditPart[] => parts.filter(({ phase }) => phase === 'outcome');
  await until(() => outcomes().length > count);
  return outcomes().at(-1);
}

const recorded = (gateways: string[]): number =>
  harness.gateway(gateways.at(-1) ?? '').parts.filter(({ phase }) => phase === 'outcome').length;

/** The server keeps writing, so that nothing but the duration can end the response. */
const chatter = (write: () => void): NodeJS.Timeout => setInterval(write, 20);

describe.each(DISTANCES)('a response that lasts too long, at $hops', ({ server, gateways }) => {
  beforeAll(() => harness.serve({ maxStreamMs: MAX_MS }));

  it.each(LISTENING)(
    'ends properly where the client listens, without a made-up result (%s)',
    async (kind) => {
      const before = recorded(gateways);
      const stream = await harness.begin(server, kind, alice);
      const talk = chatter(() => stream.held.write('data: {"n":1}\n\n'));
      expect(await stream.ended()).toBe('whole');
      clearInterval(talk);
      expect(stream.text).not.toContain('"result"');
      expect(stream.text).not.toContain('"error"');
      await stream.isLetGo();
      expect(await record(gateways, before)).toMatchObject({ status: 'success', reason: null });
    },
  );

  it('ends properly even if the MCP server has announced a length', async () => {
    const { request, first } = REQUESTS['legacy GET'];
    const head = { ...SSE_TYPE, 'content-length': '1000000' };
    const stream = await harness.read(server, request, alice, first, head);
    expect(await stream.ended()).toBe('whole');
    await stream.isLetGo();
  });

  it.each<[Kind, 'whole' | 'cut']>([
    ['legacy call', 'cut'],
    ['modern call', 'whole'],
  ])('breaks off where an answer was due (%s)', async (kind, end) => {
    const before = recorded(gateways);
    const stream = await harness.begin(server, kind, alice);
    const talk = chatter(() => stream.held.write('data: {"n":1}\n\n'));
    expect(await stream.ended()).toBe(end);
    clearInterval(talk);
    expect(stream.text.includes('"reason":"stream_expired"')).toBe(kind === 'modern call');
    await stream.isLetGo();
    const reason = 'stream_expired';
    expect(await record(gateways, before)).toMatchObject({
      status: 'error',
      reason,
      hop: `${gateways.at(-1)}->${server}`,
    });
  });

  it('breaks off even if it is JSON that trickles in', async () => {
    const head = { 'content-type': 'application/json' };
    const stream = await harness.read(
      server,
      REQUESTS['legacy call'].request,
      alice,
      '{"jsonrpc":"2.0",',
      head,
    );
    const talk = chatter(() => stream.held.write(' '));
    expect(await stream.ended()).toBe('cut');
    clearInterval(talk);
    await stream.isLetGo();
  });

  it.each(['legacy GET', 'legacy call'] as const)(
    'is let go even if its reader has stopped reading (%s)',
    async (kind) => {
      const stream = await harness.begin(server, kind, alice);
      stream.response.pause();
      const event = `data: ${'x'.repeat(65_536)}\n\n`;
      const talk = chatter(() => {
        for (let i = 0; i < 40; i++) if (!stream.held.write(event)) return;
      });
      await stream.isLetGo();
      clearInterval(talk);
      const watch = harness.gateway('aws').app.get(StreamWatch, { strict: false });
      await until(() => watch.size === 0);
      expect(stream.end).toBeNull();
      stream.response.destroy();
    },
  );
});

describe.each(DISTANCES)('a stream on which nothing happens, at $hops', ({ server, gateways }) => {
  beforeAll(() => harness.serve({ idleStreamMs: MAX_MS }));

  it.each(LISTENING)('ends properly where the client listens (%s)', async (kind) => {
    const before = recorded(gateways);
    const stream = await harness.begin(server, kind, alice);
    expect(await stream.ended()).toBe('whole');
    expect(stream.text).toBe(REQUESTS[kind].first);
    expect(await record(gateways, before)).toMatchObject({ status: 'success', reason: null });
  });

  it.each<[Kind, 'whole' | 'cut']>([['legacy call', 'cut'], ['modern call', 'whole']])(
    'is a failure where an answer was due (%s)',
    async (kind, end) => {
      const before = recorded(gateways);
      const stream = await harness.begin(server, kind, alice);
      expect(await stream.ended()).toBe(end);
      expect(stream.text.includes('"reason":"stream_idle"')).toBe(kind === 'modern call');
      expect(await record(gateways, before)).toMatchObject({ status: 'error', reason: 'stream_idle' });
    },
  );

  it("goes on for as long as the MCP server's own comments come", async () => {
    const stream = await harness.begin(server, 'legacy GET', alice);
    for (let i = 0; i < 5; i++) {
      await new Promise((resolve) => setTimeout(resolve, MAX_MS / 3));
      stream.held.write(`: ${i}\n\n`);
    }
    await stream.has(': 4');
    expect(stream.end).toBeNull();
    stream.response.destroy();
  });
}); // prettier-ignore
