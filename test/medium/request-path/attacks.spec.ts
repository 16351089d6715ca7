import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mintToken, tokenHash } from '#libs/contract';
import {
  bearer,
  callOf,
  JSON_HEADERS,
  message,
  modern,
  notification,
  path,
  post,
  send,
} from '../../support/relay/raw-client.js';
import { until, type HarnessUser } from '../../support/relay/gateway-harness.js';
import { ScriptedHarness } from '../../support/relay/scripted-harness.js';
import { answerJson, SSE_TYPE, type ScriptedServer } from '../../support/relay/scripted-server.js';

/** An answer without the parts in which every answer differs. */
const blank = (text: string): string =>
  text.replaceAll(/secret|nobody/g, 'x').replace(/"requestId":"[^"]+"/, '');

const guess = async (url: string): Promise<unknown> => {
  const headers = ['Authorization', `Bearer ${mintToken('cwy_')}`, ...JSON_HEADERS];
  return (await send(url, { path: path('far'), headers, body: callOf('get_mail') })).reason;
};

describe('attacks by an agent', () => {
  let harness: ScriptedHarness;
  let upstream: ScriptedServer;
  let alice: HarnessUser;
  let bob: HarnessUser;
  const at = (gateway: string): string => harness.gateway(gateway).url;

  beforeAll(async () => {
    harness = await ScriptedHarness.scripted();
    ({ upstream } = harness);
    harness.server('secret', 'azure', upstream.url);
    alice = harness.user('alice');
    bob = harness.user('bob');
    harness.policy('tools', { servers: ['near', 'far'], tools: ['get_*'] });
  });
  beforeEach(() => {
    upstream.seen.length = 0;
    upstream.script = answerJson({ content: [] });
    for (const { parts } of harness.gateways.values()) parts.length = 0;
  });
  afterAll(() => harness?.stop());

  it.each(['near', 'far'])("only MCP's own headers of the agent reach the MCP server %s", async (server) => {
    const smuggled = [
      'Cookie', 'sid=1', 'X-Forwarded-For', '10.0.0.1', 'Causeway-Reason', 'x', 'Causeway_Hop', 'x',
      'Proxy-Authorization', 'Basic x', 'Forwarded', 'for=1', 'X-Real-IP', '1', 'User-Agent', 'evil', 'TE', 'trailers',
      'Via', '1.1 x', 'Mcp-Param-Region', 'eu',
    ]; // prettier-ignore
    await post(harness, 'aws', server, alice, callOf('get_mail'), smuggled);
    const names = Object.keys(upstream.seen[0]?.headers ?? {}).toSorted();
    const allowed = ['accept', 'accept-encoding', 'connection', 'content-length', 'content-type', 'host'];
    expect(names).toEqual([...allowed, 'mcp-param-region', 'traceparent'].toSorted());
    expect(upstream.seen[0]?.headers.host).toBe(new URL(upstream.url).host);
  });

  it("a Connection header does not remove the gateway's own headers on the way", async () => {
    await post(harness, 'aws', 'far', alice, callOf('get_mail'), [
      'Connection',
      'authorization, causeway-hop',
    ]);
    expect(upstream.seen).toHaveLength(1);
  });

  it.each(['Authorization', 'Host', 'Mcp-Method', 'Mcp-Name', 'Causeway-Hop', 'MCP-Protocol-Version'])(
    'a request with the header %s twice is refused',
    async (name) => {
      const twice = [...bearer(alice), 'Host', new URL(at('aws')).host, name, 'a', name.toLowerCase(), 'b'];
      const answer = await send(at('aws'), {
        path: path('near'),
        headers: [...twice, ...JSON_HEADERS],
        body: callOf('get_mail'),
      });
      expect(answer.status).toBe(400);
      expect(upstream.seen).toHaveLength(0);
    },
  );

  it.each([
    '/api/llm/mcp/a%2f..%2fnear/server', '/api/llm/mcp/x/../near/server', '/api/llm/mcp//near/server',
    '/api/llm/mcp/near;x/server', '/api/llm/mcp/near/server/', '/api/llm/mcp/NEAR/server', '/api/llm/mcp/near%00/server',
    '//api/llm/mcp/near/server', '/api/llm/mcp/n%65ar/server', 'http://other/api/llm/mcp/near/server', '/', '/metrics',
  ])('the path %s leads nowhere', async (target) => {
    const headers = [...bearer(alice), ...JSON_HEADERS];
    const answer = await send(at('aws'), { path: target, headers, body: callOf('get_mail') });
    expect([answer.status, answer.reason]).toEqual([404, 'route_not_found']);
    expect(upstream.seen).toHaveLength(0);
  }); // prettier-ignore

  it('a foreign host name, as after DNS rebinding, is refused', async () => {
    const headers = ['Host', 'evil.example.com', ...bearer(alice), ...JSON_HEADERS];
    const answer = await send(at('aws'), { path: path('near'), headers, body: callOf('get_mail') });
    expect([answer.status, answer.reason]).toEqual([421, 'host_not_allowed']);
    expect(answer.text).toContain('does not serve the host \\"evil.example.com\\"; ALLOWED_HOSTS can add it');
  });

  it('a page of a foreign origin is refused', async () => {
    const answer = await post(harness, 'aws', 'near', alice, callOf('get_mail'), [
      'Origin',
      'https://evil.example.com',
    ]);
    expect([answer.status, answer.reason]).toEqual([403, 'origin_not_allowed']);
  });

  it('an HTTP method that the endpoint does not have is refused', async () => {
    const answer = await send(at('aws'), { method: 'PUT', path: path('near'), headers: bearer(alice) });
    expect([answer.status, answer.headers.allow]).toEqual([405, 'POST, GET, DELETE, OPTIONS']);
  });

  it.each([
    ['GET', 'Host', 'evil.example.com', 'denied', 'host_not_allowed'],
    ['GET', 'Origin', 'https://evil.example.com', 'denied', 'origin_not_allowed'],
    ['GET', 'Mcp-Session-Id', 'two', 'error', 'ambiguous_headers'],
    ['PUT', 'Accept', '*/*', 'error', 'method_not_allowed'],
  ])('a probe by %s with %s: %s is on record', async (method, name, value, status, reason) => {
    const { parts } = harness.gateway('aws');
    parts.length = 0;
    const repeated = reason === 'ambiguous_headers' ? [name, 'one'] : [];
    const headers = [...bearer(alice), ...repeated, name, value];
    const answer = await send(at('aws'), { method, path: path('near'), headers });
    expect(answer.reason).toBe(reason);
    await until(() => parts.length > 0);
    expect(parts).toMatchObject([{ phase: 'outcome', server: 'near', method, user: null, status, reason }]);
  });

  it.each([
    ['no token', [], 'credentials_missing'],
    ['another authorization scheme', ['Authorization', 'Basic YTpi'], 'credentials_invalid'],
    ['a token with a wrong checksum', ['Authorization', `Bearer ${mintToken('cwy_').slice(0, -1)}_`], 'credentials_invalid'],
    ['an admin token', ['Authorization', `Bearer ${mintToken('cwa_')}`], 'credentials_invalid'],
    ['a token that was never issued', ['Authorization', `Bearer ${mintToken('cwy_')}`], 'credentials_invalid'],
  ])('%s is answered with 401 and a challenge', async (_, authorization, reason) => {
    const headers = [...authorization, ...JSON_HEADERS];
    const answer = await send(at('aws'), { path: path('near'), headers, body: callOf('get_mail') });
    expect([answer.status, answer.reason]).toEqual([401, reason]);
    const metadata = `${at('aws')}/.well-known/oauth-protected-resource${path('near')}`;
    const error = reason === 'credentials_missing' ? '' : ', error="invalid_token"';
    expect(answer.headers['www-authenticate']).toBe(
      `Bearer resource_metadata="${metadata}", scope="mcp:use"${error}`,
    );
  }); // prettier-ignore

  it('an anonymous upload of 4 MiB is refused before its body is read', async () => {
    const { hostname, port, host } = new URL(at('aws'));
    const socket = connect(Number(port), hostname);
    const head = `POST ${path('near')} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\n`;
    socket.write(`${head}Content-Length: 4194304\r\n\r\n`);
    const answer = await new Promise<string>((resolve) =>
      socket.once('data', (data) => resolve(String(data))),
    );
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    expect(answer.toLowerCase()).toContain('connection: close');
    socket.destroy();
  });

  it('an unknown server and a forbidden one get the same answer', async () => {
    const forbidden = await post(harness, 'aws', 'secret', alice, callOf('get_mail'));
    const unknown = await post(harness, 'aws', 'nobody', alice, callOf('get_mail'));
    expect([forbidden.status, forbidden.reason]).toEqual([403, 'access_denied']);
    expect(blank(unknown.text)).toBe(blank(forbidden.text));
  });

  it('a token opens no more than its scope, whatever its user may do', async () => {
    const narrow = harness.user('carol', ['fa*']);
    expect((await post(harness, 'aws', 'far', narrow, callOf('get_mail'))).status).toBe(200);
    expect((await post(harness, 'aws', 'near', narrow, callOf('get_mail'))).reason).toBe('access_denied');
  });

  it.each([
    ['a forbidden tool', callOf('delete_all', 'x7'), 200, -32602, 'tool_denied'],
    ['a method that no policy grants', message('resources/read', { uri: 'a' }, 'x7'), 200, -32601, 'method_denied'],
    ['a call that poses as a notification', notification('tools/call', { name: 'get_mail' }), 400, -32600, 'envelope_invalid'],
    ['a batch', `[${callOf('get_mail')}]`, 400, -32600, 'batch_unsupported'],
    ['a call that names its tool twice', '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_mail","name":"delete_all"}}', 400, -32600, 'envelope_invalid'],
    ['a body that is not JSON', 'hello', 400, -32700, 'body_unreadable'],
  ])('%s is refused at the entry gateway', async (_, body, status, code, reason) => {
    const answer = await post(harness, 'aws', 'far', alice, body);
    expect([answer.status, answer.json().error?.code, answer.reason]).toEqual([status, code, reason]);
    expect(upstream.seen).toHaveLength(0);
    await until(() => harness.gateway('aws').parts.some((part) => part.reason === reason && part.proxyHops === 0));
    expect(harness.gateway('azure').parts).toEqual([]);
  }); // prettier-ignore

  it.each([
    ['Application/X-JSON', 415], ['text/plain', 415], ['application/json; charset=utf-16', 415],
    ['application/json;charset=UTF-8', 200], ['APPLICATION/JSON', 200],
  ])('a body of type %s is answered with %i', async (type, status) => {
    const headers = [...bearer(alice), 'Content-Type', type];
    const answer = await send(at('aws'), { path: path('near'), headers, body: callOf('get_mail') });
    expect(answer.status).toBe(status);
  }); // prettier-ignore

  it('a compressed body is refused', async () => {
    const answer = await post(harness, 'aws', 'near', alice, callOf('get_mail'), [
      'Content-Encoding',
      'gzip',
    ]);
    expect([answer.status, answer.reason]).toEqual([415, 'content_encoding_unsupported']);
  });

  it('a body of more than 4 MiB is refused', async () => {
    const large = message('tools/call', { name: 'get_mail', arguments: { x: 'x'.repeat(4_194_304) } });
    const answer = await post(harness, 'aws', 'near', alice, large);
    expect([answer.status, answer.reason]).toEqual([413, 'body_too_large']);
  });

  it('a session serves the user who opened it, and nobody else', async () => {
    upstream.script = (_, response) =>
      void response.writeHead(200, { ...SSE_TYPE, 'mcp-session-id': 'upstream-1' }).end();
    const opened = await post(harness, 'aws', 'far', alice, message('initialize'));
    const session = String(opened.headers['mcp-session-id']);
    expect(session).toMatch(/^upstream-1~.+/);
    const own = await post(harness, 'aws', 'far', alice, callOf('get_mail'), ['Mcp-Session-Id', session]);
    expect(own.status).toBe(200);
    expect(upstream.seen.at(-1)?.headers['mcp-session-id']).toBe('upstream-1');
    for (const stolen of [session, 'upstream-1', 'upstream-1~', `upstream-2${session.slice(10)}`]) {
      const user = stolen === session ? bob : alice;
      const answer = await post(harness, 'aws', 'far', user, callOf('get_mail'), ['Mcp-Session-Id', stolen]);
      expect([answer.status, answer.reason]).toEqual([404, 'session_unknown']);
    }
    expect(upstream.seen).toHaveLength(2);
  });

  it('a session id on a modern request, which has no session, is ignored', async () => {
    const { headers, body } = modern('server/discover');
    for (const server of ['near', 'far']) {
      const answer = await post(harness, 'aws', server, alice, body, [
        ...headers,
        'Mcp-Session-Id',
        'old~tag',
      ]);
      expect(answer.status).toBe(200);
      expect(upstream.seen.at(-1)?.headers['mcp-session-id']).toBeUndefined();
    }
  });

  it.each(['near', 'far'])(
    'forbidden tools are missing from the list of %s, in JSON and in events',
    async (server) => {
      const tools = [{ name: 'get_mail' }, { name: 'delete_all' }, { name: 'get_x' }];
      upstream.script = answerJson({ tools });
      const json = await post(harness, 'aws', server, alice, message('tools/list'));
      expect(json.json().result).toEqual({ tools: [tools[0], tools[2]] });
      const event = `id: 1\ndata: ${JSON.stringify({ jsonrpc: '2.0', id: 9, result: { tools } })}\n\n`;
      upstream.script = (_, response) => void response.writeHead(200, SSE_TYPE).end(event);
      const sse = await post(harness, 'aws', server, alice, message('tools/list'));
      expect(sse.text).not.toContain('delete_all');
      const headers = [...bearer(alice), 'Accept', 'text/event-stream'];
      const resumed = await send(at('aws'), { method: 'GET', path: path(server), headers });
      expect(resumed.text).toContain('get_mail');
      expect(resumed.text).not.toContain('delete_all');
    },
  );

  it.each([
    { 'content-encoding': 'gzip', 'content-type': 'application/json' },
    { 'content-type': 'text/plain' },
  ])('a list in a form that cannot be filtered is not passed on: %o', async (headers) => {
    upstream.script = (_, response) => void response.writeHead(200, headers).end('{"tools":[]}');
    const answer = await post(harness, 'aws', 'far', alice, message('tools/list'));
    expect([answer.status, answer.reason]).toEqual([502, 'upstream_invalid_response']);
  });

  it('whoever guesses tokens is throttled, and a valid token still works', async () => {
    const reasons: unknown[] = [];
    for (let i = 0; i < 32; i++) reasons.push(await guess(at('azure')));
    expect(reasons.slice(0, 30)).not.toContain('credentials_throttled');
    expect(reasons.at(-1)).toBe('credentials_throttled');
    expect((await post(harness, 'azure', 'far', alice, callOf('get_mail'))).status).toBe(200);
  });

  it('a revoked token is refused at once, whatever the snapshot says', async () => {
    const dave = harness.user('dave');
    harness.gateway('azure').store.revoke([{ hash: tokenHash(dave.token), until: null }]);
    const answer = await post(harness, 'aws', 'far', dave, callOf('get_mail'));
    expect([answer.status, answer.reason]).toEqual([401, 'credentials_revoked']);
    expect(answer.headers['www-authenticate']).toContain(at('aws'));
  });
});
