import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { callOf } from '../../support/relay/raw-client.js';
import { until } from '../../support/relay/gateway-harness.js';
import { BODY, bare, call, type Address } from './forms/form.js';
import { RawHttpHarness } from './raw-http-harness.js';
import { meaningOf } from './wire-answer.js';
import { Wire } from './wire.js';

const HEADERS_MS = 250;
const BODY_MS = 250;

describe('a client that is slow', () => {
  let harness: RawHttpHarness;
  let wire: Wire;
  let to: Address;
  let drip: NodeJS.Timeout | undefined;

  beforeAll(async () => {
    harness = await RawHttpHarness.start({ headersTimeoutMs: HEADERS_MS, bodyTimeoutMs: BODY_MS });
    to = { host: new URL(harness.url).host, user: harness.alice };
  });
  afterAll(() => harness.stop());
  beforeEach(async () => {
    harness.takeCalls();
    wire = await Wire.open(harness.url);
  });
  afterEach(() => {
    clearInterval(drip);
    wire.destroy();
  });

  const meanings = async (count: number): Promise<unknown[]> =>
    (await wire.answers(count)).map((answer) => [answer.status, meaningOf(answer)]);
  const dripping = (text: string): void => {
    let at = 0;
    drip = setInterval(() => wire.send(text[at++ % text.length] ?? ''), 20);
  };

  it('headers that never end time out', async () => {
    wire.send('POST /api/llm/mcp/near/server HTTP/1.1\r\nHost: x\r\n');
    expect(await meanings(1)).toEqual([[408, 'headers_timeout']]);
    await wire.end();
  });

  it('headers that come byte by byte time out', async () => {
    wire.send('POST /api/llm/mcp/near/server HTTP/1.1\r\nX: ');
    dripping('a');
    expect(await meanings(1)).toEqual([[408, 'headers_timeout']]);
    await wire.end();
  });

  it('a connection on which nothing comes times out', async () => {
    expect(await meanings(1)).toEqual([[408, 'headers_timeout']]);
    await wire.end();
  });

  it('a request line without headers, as of HTTP/0.9, times out', async () => {
    wire.send('GET /api/llm/mcp/near/server\r\n');
    expect(await meanings(1)).toEqual([[408, 'headers_timeout']]);
    await wire.end();
  });

  it('a body that comes byte by byte times out, and is not executed', async () => {
    wire.send(call({ length: ['Content-Length: 5000'], body: BODY })(to));
    dripping(' ');
    expect(await meanings(1)).toEqual([[408, 'body_timeout']]);
    await wire.end();
    expect(harness.takeCalls()).toEqual([]);
    const { parts } = harness.gateway('aws');
    await until(() => parts.some((part) => part.reason === 'body_timeout'));
  });

  it('a body that was announced and permitted but never comes times out', async () => {
    wire.send(
      call({ length: [`Content-Length: ${BODY.length}`], body: '', more: ['Expect: 100-continue'] })(to),
    );
    expect(await meanings(2)).toEqual([
      [100, null],
      [408, 'body_timeout'],
    ]);
    await wire.end();
  });

  it('a slow body without credentials is not waited for', async () => {
    wire.send(call({ authorization: [], length: ['Content-Length: 50'], body: '{' })(to));
    expect(await meanings(1)).toEqual([[401, 'credentials_missing']]);
  });

  it('a request gets its answer even if a second one stops halfway', async () => {
    const usual = harness.upstream.script;
    harness.upstream.script = (request, response) => void setTimeout(() => usual(request, response), 600);
    wire.send(`${call()(to)}POST / HTTP/1.1\r\nHost:`);
    expect(await meanings(2)).toEqual([
      [200, 'result:first'],
      [408, 'headers_timeout'],
    ]);
    harness.upstream.script = usual;
    await wire.end();
  });

  it('a connection may rest between two requests for longer than headers may take', async () => {
    wire.send(bare('GET')(to));
    await wire.answers(1);
    await new Promise((resolve) => setTimeout(resolve, 2 * HEADERS_MS));
    wire.received = '';
    wire.send(call({ body: callOf('next') })(to));
    expect(await meanings(1)).toEqual([[200, 'result:next']]);
  });
});
