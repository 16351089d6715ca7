import { register } from 'prom-client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { callOf } from '../../support/relay/raw-client.js';
import { until } from '../../support/relay/gateway-harness.js';
import { JSON_TYPE, result, SSE_TYPE, type Script } from '../../support/relay/scripted-server.js';
import { bare, BODY, call, smuggledCall, type Address, type Message } from './forms/form.js';
import { RawHttpHarness } from './raw-http-harness.js';
import { meaningOf } from './wire-answer.js';
import { Wire } from './wire.js';

const malformedText = (): Promise<string> =>
  register.getSingleMetricAsString('causeway_requests_malformed_total');
const BIG = 'x'.repeat(200_000);

describe('several messages on one connection', () => {
  let harness: RawHttpHarness;
  let wire: Wire;
  let alice: Address;
  let bob: Address;
  let usual: Script;

  beforeAll(async () => {
    harness = await RawHttpHarness.start();
    const { host } = new URL(harness.url);
    alice = { host, user: harness.alice };
    bob = { host, user: harness.bob };
    usual = harness.upstream.script;
  });
  afterAll(() => harness.stop());
  beforeEach(async () => {
    harness.upstream.script = usual;
    harness.takeCalls();
    harness.gateway('aws').parts.length = 0;
    wire = await Wire.open(harness.url);
  });
  afterEach(() => wire.destroy());

  const meanings = async (count: number): Promise<unknown[]> =>
    (await wire.answers(count)).map((answer) => [answer.status, meaningOf(answer)]);
  const usersOf = (method: string): unknown[] =>
    harness
      .gateway('aws')
      .parts.filter((part) => part.phase === 'outcome' && part.method === method)
      .map((part) => part.user);

  it('a pipelined request is not executed under the identity of the one before it', async () => {
    const anonymous = call({ authorization: [], body: callOf('stolen') })(alice);
    wire.send(call()(alice) + anonymous + call({ body: callOf('hers') })(bob));
    expect(await meanings(3)).toEqual([
      [200, 'result:first'],
      [401, 'credentials_missing'],
      [200, 'result:hers'],
    ]);
    expect(harness.takeCalls().sort()).toEqual(['first', 'hers']);
    await until(() => usersOf('tools/call').length === 2);
    expect(new Set(usersOf('tools/call'))).toEqual(new Set(['alice@example.com', 'bob@example.com']));
  });

  it('pipelined requests are answered in their order, however long the first one takes', async () => {
    harness.upstream.script = (request, response) =>
      void setTimeout(() => usual(request, response), request.body.includes('slow') ? 150 : 0);
    wire.send(call({ body: callOf('slow') })(alice) + call({ body: callOf('fast') })(bob));
    expect(await meanings(2)).toEqual([
      [200, 'result:slow'],
      [200, 'result:fast'],
    ]);
  });

  it('a request gets its answer even if garbage follows it', async () => {
    harness.upstream.script = (request, response) => void setTimeout(() => usual(request, response), 100);
    wire.send(`${call()(alice)}GARBAGE\r\n\r\n`);
    wire.send('and more of it');
    expect(await meanings(2)).toEqual([
      [200, 'result:first'],
      [400, 'request_malformed'],
    ]);
    await wire.end();
  });

  it('a listening stream goes on even if garbage follows its request', async () => {
    let event: (() => void) | undefined;
    harness.upstream.script = (_, response) => {
      response.writeHead(200, SSE_TYPE).write(': open\n\n');
      event = () => response.end('data: {"jsonrpc":"2.0","method":"notifications/message"}\n\n');
    };
    wire.send(`${bare('GET')(alice)}GARBAGE\r\n\r\n`);
    await until(() => wire.received.includes(': open'));
    expect(wire.received).not.toContain('request_malformed');
    event?.();
    await wire.end();
    expect(wire.received).toMatch(/notifications\/message[^]*0\r\n\r\nHTTP\/1.1 400 [^]*"request_malformed"/);
  });

  it('CONNECT after a request that is being executed opens no tunnel', async () => {
    harness.upstream.script = (request, response) => void setTimeout(() => usual(request, response), 100);
    wire.send(call()(alice) + bare('CONNECT', { target: '127.0.0.1:1' })(alice));
    await wire.end();
    expect(wire.received).not.toMatch(/HTTP\/1.1 2/);
  });

  const refusals: [string, Message, [number, string]][] = [
    ['without credentials', { authorization: [] }, [401, 'credentials_missing']],
    ['of another media type', { type: ['Content-Type: text/plain'] }, [415, 'media_type_unsupported']],
    ['from a foreign origin', { more: ['Origin: https://evil.example.com'] }, [403, 'origin_not_allowed']],
    ['to no route', { target: '/elsewhere' }, [404, 'route_not_found']],
  ];

  it.each(refusals)('a call in the body of a request %s is not executed', async (_, changes, refusal) => {
    wire.send(call({ ...changes, body: smuggledCall(alice) })(alice) + call({ body: callOf('next') })(alice));
    expect(await meanings(2)).toEqual([refusal, [200, 'result:next']]);
    expect(harness.takeCalls()).toEqual(['next']);
  });

  it.each(refusals)('the long body of a request %s ends the connection', async (_, changes, refusal) => {
    wire.send(call({ ...changes, body: BIG })(alice) + call({ body: callOf('next') })(alice));
    await wire.end();
    expect(await meanings(1)).toEqual([refusal]);
    expect(harness.takeCalls()).toEqual([]);
  });

  it.each(refusals)('a broken body after the answer to a request %s gets no second answer', async (_, changes, refusal) => {
    wire.send(call({ ...changes, length: ['Transfer-Encoding: chunked'], body: '5\r\nab' })(alice));
    expect(await meanings(1)).toEqual([refusal]);
    wire.send('cdezz\r\n');
    await wire.end();
    expect(await meanings(1)).toEqual([refusal]);
  }); // prettier-ignore

  it('a body that ends before its length is not executed', async () => {
    wire.send(call({ length: [`Content-Length: ${BODY.length + 1}`] })(alice));
    wire.finish();
    await wire.end();
    expect(harness.takeCalls()).toEqual([]);
    await until(() => harness.gateway('aws').parts.length > 0);
    expect(harness.gateway('aws').parts).toMatchObject([
      { phase: 'outcome', user: 'alice@example.com', reason: 'request_malformed' },
    ]);
  });

  it('a broken chunk is recorded as a fault of the request', async () => {
    wire.send(call({ length: ['Transfer-Encoding: chunked'], body: 'zz\r\n' })(alice));
    await wire.end();
    expect(await meanings(1)).toEqual([[400, 'request_malformed']]);
    await until(() => harness.gateway('aws').parts.length > 0);
    expect(harness.gateway('aws').parts).toMatchObject([{ phase: 'outcome', reason: 'request_malformed' }]);
  });

  it('a client that is still sending gets its answer before the connection is reset', async () => {
    for (let sent = 0; sent < 40; sent++) wire.send(`${sent === 0 ? 'GET / HTTP/1.1\r\nX: ' : ''}${BIG}`);
    await wire.end();
    expect(await meanings(1)).toEqual([[431, 'headers_too_large']]);
  });

  it('trailers, and headers that are for this connection only, reach no MCP server', async () => {
    let seen: string[] = [];
    harness.upstream.script = ({ rawHeaders }, response) => {
      seen = rawHeaders.map((text) => text.toLowerCase());
      response.writeHead(200, JSON_TYPE).end(result({ call: 'first' }));
    };
    const body = `${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\nX-Trailer: evil\r\nMcp-Name: evil\r\n\r\n`;
    const length = ['Transfer-Encoding: chunked', 'TE: trailers', 'Trailer: X-Trailer'];
    wire.send(call({ length, body, more: ['Connection: x-canary, te', 'Upgrade: h2c'] })(alice));
    await wire.answers(1);
    expect(seen).toContain('content-type');
    for (const name of ['x-trailer', 'mcp-name', 'evil', 'x-canary', 'te', 'upgrade', 'expect', 'trailer'])
      expect(seen).not.toContain(name);
  });

  it('a message that cannot be parsed is counted by its reason', async () => {
    const before = Number(/request_malformed"\} (\d+)/.exec(await malformedText())?.[1] ?? 0);
    wire.send('GARBAGE\r\n\r\n');
    await wire.end();
    expect(await malformedText()).toContain(`reason="request_malformed"} ${before + 1}`);
  });
});
