import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { StreamWatch } from '#libs/routing';
import { callOf, collected } from '../../support/relay/raw-client.js';
import { answerJson, SSE_TYPE } from '../../support/relay/scripted-server.js';
import { DISTANCES } from '../../support/relay/scripted-harness.js';
import { eventsIn, TrapHarness } from './trap-harness.js';

const MANY = 40;
/** Fewer requests than streams. */
const settings = { maxRequestsPerServer: 2, maxRequestsPerHop: 2 };

let harness: TrapHarness;

beforeAll(async () => (harness = await TrapHarness.start({ settings })));
beforeEach(() => harness.reset());
afterAll(() => harness?.stop());

/** Opens listening streams, each with one event. */
const listen = (server: string, count: number): Promise<IncomingMessage[]> => {
  harness.upstream.script = (_, response) => void response.writeHead(200, SSE_TYPE).write('data: 1\n\n');
  return Promise.all(Array.from({ length: count }, () => harness.begin(server, { method: 'GET' })));
};

describe.each(DISTANCES)('open streams at $hops', ({ server }) => {
  it('trap 23: open streams leave calls the connections that they need', async () => {
    const streams = await listen(server, MANY);
    for (const stream of streams) expect((await eventsIn(stream).next()).value).toBe('data: 1');
    const again = await listen(server, MANY);
    harness.upstream.script = answerJson({ content: [] });
    expect((await harness.ask(server, callOf('get_mail'))).status).toBe(200);
    for (const stream of again) stream.destroy();
  });
});

// A gateway that ends its streams takes no new ones, hence the handling gateway of the far server first.
describe.each(DISTANCES.toReversed())('a shutdown at $hops', ({ server, gateways }) => {
  it('trap 23: a shutdown ends listening streams instead of breaking them off', async () => {
    const [stream] = await listen(server, 1);
    const rest = collected(stream!);
    const last = harness.gateway(gateways.at(-1) ?? '');
    last.app.get(StreamWatch, { strict: false }).finishListening();
    expect(await rest).toMatchObject({ cut: false });
  });
});
