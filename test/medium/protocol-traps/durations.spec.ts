import { createRequire } from 'node:module';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { callOf, collected } from '../../support/relay/raw-client.js';
import { until } from '../../support/relay/gateway-harness.js';
import { SSE_TYPE } from '../../support/relay/scripted-server.js';
import { DISTANCES } from '../../support/relay/scripted-harness.js';
import { eventsIn, TrapHarness } from './trap-harness.js';

const CALL = callOf('get_mail');
/** What the registration of the MCP server allows, milliseconds. */
const PATIENCE_MS = 3_600_000;
/** The time-out that HTTP clients, proxies and agents come with, and a little. */
const USUAL_MS = 301_000;

/** The clock by which undici, the gateways' HTTP client, gives up. */
const clock = createRequire(import.meta.url)('undici/lib/util/timers.js') as { tick(ms: number): void };

/** Lets the gateways wait for so long, in no time. */
function pass(ms: number): void {
  // The first tick only starts what has begun to wait since the last one.
  clock.tick(0);
  clock.tick(ms);
}

let harness: TrapHarness;

const timeouts = { responseMs: PATIENCE_MS, idleStreamMs: PATIENCE_MS };

beforeAll(async () => (harness = await TrapHarness.start({ timeouts })));
beforeEach(() => harness.reset());
afterAll(() => harness?.stop());

describe.each(DISTANCES)('durations at $hops', ({ server }) => {
  it('trap 5: a tool may think for more than five minutes before it answers', async () => {
    harness.upstream.script = (_, response) => void (harness.held = response);
    const asked = harness.ask(server, CALL);
    await until(() => harness.held !== null);
    pass(USUAL_MS);
    harness.held?.writeHead(200, SSE_TYPE).end('data: late\n\n');
    expect(await asked).toMatchObject({ status: 200, text: 'data: late\n\n', cut: false });
  });

  it.each([
    ['POST', CALL],
    ['GET', undefined],
  ])('trap 5: a stream may be silent for more than five minutes (%s)', async (method, body) => {
    harness.upstream.script = harness.leaveOpen();
    const response = await harness.begin(server, { method, ...(body === undefined ? {} : { body }) });
    const events = eventsIn(response);
    await events.next();
    pass(USUAL_MS);
    harness.held?.end('data: late\n\n');
    expect((await events.next()).value).toBe('data: late');
    expect((await events.next()).done).toBe(true);
  });

  it('trap 5: the time-outs of its registration hold for a server', async () => {
    harness.upstream.script = (_, response) => void (harness.held = response);
    const asked = harness.ask(server, CALL);
    await until(() => harness.held !== null);
    pass(PATIENCE_MS + 1000);
    expect((await asked).reason).toBe('upstream_timeout');
    harness.upstream.script = harness.leaveOpen();
    const answer = collected(await harness.begin(server, { body: CALL }));
    pass(PATIENCE_MS + 1000);
    expect(await answer).toMatchObject({ status: 200, cut: true });
  });

  it('trap 5: the silence of a listening stream is not a failure of the server', async () => {
    harness.upstream.script = harness.leaveOpen();
    const answer = collected(await harness.begin(server, { method: 'GET' }));
    await until(() => harness.held !== null);
    pass(PATIENCE_MS + 1000);
    expect(await answer).toMatchObject({ status: 200, text: 'data: first\n\n', cut: false });
  });
});
