import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { StreamWatch } from '#libs/routing';
import { callOf, collected } from '../../support/relay/raw-client.js';
import { answerJson, SSE_TYPE } from '../../support/relay/scripted-server.js';
import { DISTANCES, eventsIn, TrapStage } from './trap-stage.js';

const MANY = 40;
/** Fewer requests than streams. */
const settings = { maxRequestsPerServer: 2, maxRequestsPerHop: 2 };

let stage: TrapStage;

beforeAll(async () => (stage = await TrapStage.open({ settings })));
beforeEach(() => stage.reset());
afterAll(() => stage?.close());

/** Opens listening streams, each with one event. */
const listen = (server: string, count: number): Promise<IncomingMessage[]> => {
  stage.upstream.script = (_, response) => void response.writeHead(200, SSE_TYPE).write('data: 1\n\n');
  return Promise.all(Array.from({ length: count }, () => stage.begin(server, { method: 'GET' })));
};

describe.each(DISTANCES)('open streams at $hops', ({ server }) => {
  it('trap 23: open streams leave calls the connections that they need', async () => {
    const streams = await listen(server, MANY);
    for (const stream of streams) expect((await eventsIn(stream).next()).value).toBe('data: 1');
    const again = await listen(server, MANY);
    stage.upstream.script = answerJson({ content: [] });
    expect((await stage.ask(server, callOf('get_mail'))).status).toBe(200);
    for (const stream of again) stream.destroy();
  });
});

// A gateway that ends its streams takes no new ones, hence the handling gateway of the far server first.
describe.each(DISTANCES.toReversed())('a shutdown at $hops', ({ server, gateways }) => {
  it('trap 23: a shutdown ends listening streams instead of breaking them off', async () => {
    const [stream] = await listen(server, 1);
    const rest = collected(stream!);
    const last = stage.rig.gateway(gateways.at(-1) ?? '');
    last.app.get(StreamWatch, { strict: false }).finishListening();
    expect(await rest).toMatchObject({ cut: false });
  });
});
