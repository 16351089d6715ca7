import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bearer, message, path, post, send, type RawAnswer } from '../../support/relay/raw-client.js';
import type { HarnessUser } from '../../support/relay/gateway-harness.js';
import { ScriptedHarness } from '../../support/relay/scripted-harness.js';
import { JSON_TYPE, result, type ScriptedServer } from '../../support/relay/scripted-server.js';

const PAGE = 'https://app.example.com';

/** The request headers of the transport in both eras (MCP 2025-11-25 and 2026-07-28), and of W3C trace contexts. */
const OF_TRANSPORT = [
  'authorization', 'content-type', 'accept', 'mcp-protocol-version', 'mcp-method', 'mcp-name',
  'mcp-session-id', 'last-event-id', 'traceparent', 'tracestate', 'baggage',
]; // prettier-ignore

const itemsOf = (answer: RawAnswer, name: string): string[] =>
  String(answer.headers[`access-control-${name}`] ?? '')
    .toLowerCase()
    .split(', ');

describe('pages of other origins', () => {
  let harness: ScriptedHarness;
  let upstream: ScriptedServer;
  let alice: HarnessUser;

  beforeAll(async () => {
    harness = await ScriptedHarness.scripted();
    ({ upstream } = harness);
    alice = harness.user('alice');
    harness.policy('all', {});
  });
  beforeEach(() => {
    upstream.seen.length = 0;
    upstream.script = (_, response) => void response.writeHead(200, JSON_TYPE).end(result({}));
  });
  afterAll(() => harness?.stop());

  const preflight = (...headers: string[]): Promise<RawAnswer> =>
    send(harness.gateway('aws').url, {
      method: 'OPTIONS',
      path: path('far'),
      headers: ['Access-Control-Request-Method', 'POST', ...headers],
    });

  it('a preflight is answered without credentials, and no MCP server hears of it', async () => {
    const answer = await preflight('Origin', PAGE, 'Access-Control-Request-Headers', 'authorization');
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect(answer.headers['access-control-allow-origin']).toBe(PAGE);
    expect(itemsOf(answer, 'allow-methods')).toEqual(expect.arrayContaining(['post', 'get', 'delete']));
    expect(itemsOf(answer, 'allow-headers')).toEqual(OF_TRANSPORT);
    expect(answer.headers.vary).toBe('Origin, Access-Control-Request-Headers');
    expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
    expect(upstream.seen).toHaveLength(0);
  });

  it.each([
    ['Mcp-Param-Region', 'mcp-param-region'],
    ['mcp-param-a_b.c, Mcp-Param-2', 'mcp-param-a_b.c, mcp-param-2'],
    ['Cookie, X-Custom, Causeway-Hop', ''],
    ['mcp-param-, mcp-param-ü, mcp-param-a b', ''],
    [`mcp-param-${'a'.repeat(101)}`, ''],
  ])(
    'of the requested headers %s, only those of tools are allowed besides the transport’s',
    async (asked, more) => {
      const answer = await preflight('Origin', PAGE, 'Access-Control-Request-Headers', asked);
      const allowed = itemsOf(answer, 'allow-headers').slice(OF_TRANSPORT.length).join(', ');
      expect(allowed).toBe(more);
    },
  );

  it('a page may call a gateway in a private network if its origin is allowed', async () => {
    const asked = ['Access-Control-Request-Private-Network', 'true'];
    const allowed = await preflight('Origin', PAGE, ...asked);
    expect(allowed.headers['access-control-allow-private-network']).toBe('true');
    const refused = await preflight('Origin', 'https://evil.example.com', ...asked);
    expect(refused.headers['access-control-allow-private-network']).toBeUndefined();
  });

  it.each([
    'https://evil.example.com', 'null', '*', 'http://app.example.com', 'https://app.example.com:8443',
    'https://app.example.com.evil.net', 'https://evilapp.example.com', 'https://APP.example.com',
    'https://app.example.com/', `${PAGE}, https://evil.example.com`, '',
  ])('the origin %j, which is not on the list, is refused', async (origin) => {
    const answers = [
      await preflight('Origin', origin),
      await post(harness, 'aws', 'far', alice, message('ping'), ['Origin', origin]),
    ];
    for (const answer of answers) {
      expect([answer.status, answer.reason]).toEqual([403, 'origin_not_allowed']);
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
      expect(answer.headers.vary).toBe('Origin');
    }
    expect(upstream.seen).toHaveLength(0);
  }); // prettier-ignore

  it.each(['near', 'far'])('the MCP server %s cannot open itself to other origins', async (server) => {
    const own = {
      'access-control-allow-origin': '*',
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': 'x-secret',
      'timing-allow-origin': '*',
      vary: 'X-Other',
      'x-secret': '1',
    };
    upstream.script = (_, response) => void response.writeHead(200, { ...JSON_TYPE, ...own }).end(result({}));
    for (const origin of [[], ['Origin', PAGE]]) {
      const answer = await post(harness, 'aws', server, alice, message('ping'), origin);
      expect(answer.status).toBe(200);
      expect(answer.headers['access-control-allow-origin']).toBe(origin[1]);
      for (const name of ['access-control-allow-credentials', 'timing-allow-origin', 'x-secret'])
        expect(answer.headers[name]).toBeUndefined();
      expect(answer.headers.vary).toBe('Origin');
    }
    for (const { headers } of upstream.seen) expect(headers.origin).toBeUndefined();
  });

  it('a page of an allowed origin preflights, posts, and reads a stream', async () => {
    const gateway = harness.gateway('aws').url;
    const asked = await preflight(
      'Origin',
      PAGE,
      'Access-Control-Request-Headers',
      'authorization,content-type',
    );
    expect(asked.status).toBe(204);
    upstream.script = (_, response) =>
      void response.writeHead(200, { ...JSON_TYPE, 'mcp-session-id': 's-1' }).end(result({}));
    const posted = await post(harness, 'aws', 'far', alice, message('initialize'), ['Origin', PAGE]);
    expect(itemsOf(posted, 'expose-headers')).toEqual(
      expect.arrayContaining(['mcp-session-id', 'www-authenticate']),
    );
    upstream.script = (_, response) =>
      void response.writeHead(200, { 'content-type': 'text/event-stream' }).end('data: {}\n\n');
    const session = ['Mcp-Session-Id', String(posted.headers['mcp-session-id'])];
    const headers = [...bearer(alice), ...session, 'Origin', PAGE, 'Accept', 'text/event-stream'];
    const stream = await send(gateway, { method: 'GET', path: path('far'), headers });
    expect([stream.status, stream.text]).toEqual([200, 'data: {}\n\n']);
    expect(stream.headers['access-control-allow-origin']).toBe(PAGE);
  });
});
