import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { endpoint, openAgent } from '../../support/mcp-clients.js';
import { startModernServer, type ModernServer } from '../../support/modern-server.js';
import { callOf, collected, message, notification } from '../../support/relay/raw-client.js';
import { until } from '../../support/relay/gateway-harness.js';
import { answerJson, JSON_TYPE, result, SSE_TYPE } from '../../support/relay/scripted-server.js';
import { DISTANCES } from '../../support/relay/scripted-harness.js';
import { ALL_DISTANCES, eventsIn, TrapHarness } from './trap-harness.js';

const CALL = callOf('get_mail');

let harness: TrapHarness;
let modern: ModernServer;

beforeAll(async () => {
  harness = await TrapHarness.start();
  modern = harness.owns(await startModernServer());
  harness.server('modern-near', 'aws', modern.url);
  harness.server('modern-far', 'azure', modern.url);
});
beforeEach(() => harness.reset());
afterAll(() => harness?.stop());

describe.each(ALL_DISTANCES)('the first byte at $hops', ({ server }) => {
  it('trap 1: a server that withholds its second event until the first is confirmed completes', async () => {
    const opened = harness.leaveOpen();
    harness.upstream.script = (request, response) => {
      if (request.body === CALL) return opened(request, response);
      harness.held?.end('data: second\n\n');
      response.writeHead(202).end();
    };
    const events = eventsIn(await harness.begin(server, { body: CALL }));
    expect((await events.next()).value).toBe('data: first');
    await collected(await harness.begin(server, { body: notification('notifications/progress') }));
    expect((await events.next()).value).toBe('data: second');
    expect((await events.next()).done).toBe(true);
  });

  it('trap 1: a client of the SDK that confirms the first event of a call gets the second', async () => {
    const direct = server === '' ? new URL(modern.url) : null;
    const url = direct ?? endpoint(harness.gateway('aws').url, `modern-${server}`);
    const agent = await openAgent('sdk 2.x, auto', url, harness.alice.token);
    const confirmations: Promise<string>[] = [];
    const onprogress = (): void => void confirmations.push(agent.call('acknowledge', { id: server }));
    expect(await agent.call('handshake', { id: server }, { onprogress })).toBe('shaken');
    expect(await Promise.all(confirmations)).toEqual(['acknowledged']);
    await agent.close();
  });

  it.each([
    ['application/json', result({})],
    ['text/event-stream', 'data: late\n\n'],
  ])('trap 1: the head of a response does not wait for its body (%s)', async (type, body) => {
    harness.upstream.script = harness.leaveOpen('', { 'content-type': type });
    const response = await harness.begin(server, { body: CALL });
    expect(response.headers['content-type']).toBe(type);
    harness.held?.end(body);
    expect((await collected(response)).text).toBe(body);
  });
});

describe.each(DISTANCES)('streams at $hops', ({ server }) => {
  it('trap 1: a proxy in front is told to pass a stream on unbuffered', async () => {
    const head = { ...SSE_TYPE, 'x-accel-buffering': 'no' };
    harness.upstream.script = (_, response) => void response.writeHead(200, head).end('data: 1\n\n');
    expect((await harness.ask(server, CALL)).headers).toMatchObject(head);
  });

  it('trap 2: the answer to an agent that takes gzip is not compressed on the way', async () => {
    harness.upstream.script = (_, response) => void response.writeHead(200, SSE_TYPE).end('data: 1\n\n');
    const answer = await harness.ask(server, CALL, ['Accept-Encoding', 'gzip, br']);
    expect(answer.text).toBe('data: 1\n\n');
    expect(answer.headers['content-encoding']).toBeUndefined();
    expect(harness.upstream.seen[0]?.headers['accept-encoding']).toBe('identity');
  });

  it('trap 2: a compressed body keeps its header, and a plain one has none', async () => {
    const body = gzipSync(result({ content: [] }));
    const head = { ...JSON_TYPE, 'content-encoding': 'gzip', 'content-length': String(body.length) };
    harness.upstream.script = (_, response) => void response.writeHead(200, head).end(body);
    const response = await harness.begin(server, { body: CALL });
    expect(response.headers).toMatchObject(head);
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).equals(body)).toBe(true);
  });

  it.each([
    ['in the middle of a call', 'POST', CALL],
    ['on a listening stream', 'GET', undefined],
  ])('trap 3: the server learns that the agent has gone (%s)', async (_, method, body) => {
    harness.upstream.script = harness.leaveOpen();
    const response = await harness.begin(server, { method, ...(body === undefined ? {} : { body }) });
    await eventsIn(response).next();
    response.destroy();
    expect(await harness.sawAbort()).toBe(true);
  });

  it('trap 3: the server learns that the agent has gone before any answer', async () => {
    harness.upstream.script = () => undefined;
    const asked = harness.begin(server, { body: CALL }).catch(() => 'gone');
    await until(() => harness.upstream.seen.length === 1);
    harness.gateway('aws').app.getHttpServer().closeAllConnections();
    expect(await asked).toBe('gone');
    expect(await harness.sawAbort()).toBe(true);
  });

  it('trap 4: the disconnect of a legacy agent is not made into a cancellation that it never sent', async () => {
    harness.upstream.script = (_, response) =>
      void response.writeHead(200, SSE_TYPE).write('data: first\n\n');
    const response = await harness.begin(server, { body: CALL });
    await eventsIn(response).next();
    response.destroy();
    await harness.sawAbort();
    harness.upstream.script = answerJson({});
    await harness.ask(server, message('ping'));
    expect(harness.upstream.seen.map(({ body }) => body)).toEqual([CALL, message('ping')]);
  });

  it('trap 22: an accepted notification gets no body and no content type, and its answer ends', async () => {
    harness.upstream.script = (_, response) => void response.writeHead(202).end();
    const answer = await harness.ask(server, notification('notifications/initialized'));
    expect(answer).toMatchObject({ status: 202, text: '', cut: false });
    expect(answer.headers['content-type']).toBeUndefined();
  });
});
