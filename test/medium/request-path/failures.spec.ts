import { createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../../../scripts/toolchain/free-port.mjs';
import {
  bearer,
  callOf,
  JSON_HEADERS,
  message,
  modern,
  open,
  path,
  post,
  send,
} from '../../support/relay/raw-client.js';
import { GatewayHarness, until, type HarnessUser } from '../../support/relay/gateway-harness.js';
import {
  answerJson,
  JSON_TYPE,
  result,
  SSE_TYPE,
  startScriptedServer,
  type ScriptedServer,
} from '../../support/relay/scripted-server.js';

describe('failures on the way', () => {
  let harness: GatewayHarness;
  let upstream: ScriptedServer;
  let alice: HarnessUser;

  beforeAll(async () => {
    harness = await GatewayHarness.of('aws', 'azure');
    upstream = harness.owns(await startScriptedServer());
    const silent = harness.owns(createServer(() => undefined));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    harness.register('gone', `http://127.0.0.1:${await freePort()}`);
    const silentUrl = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    harness.register('silent', silentUrl);
    harness.register('imposter', upstream.url);
    harness.server('far', 'azure', upstream.url, { responseMs: 400, idleStreamMs: 400 });
    harness.server('dead', 'azure', `http://127.0.0.1:${await freePort()}/mcp`);
    harness.server('behind-gone', 'gone', upstream.url);
    harness.server('behind-silent', 'silent', upstream.url, { connectMs: 100, responseMs: 100 });
    harness.server('behind-imposter', 'imposter', upstream.url);
    alice = harness.user('alice');
    harness.policy('all', {});
  });
  beforeEach(() => {
    upstream.seen.length = 0;
    for (const { parts, spool } of harness.gateways.values()) {
      parts.length = 0;
      spool.full = false;
    }
  });
  afterAll(() => harness?.stop());

  it('a call to a server that has just moved is told to come again, and makes no loop', async () => {
    harness.server('moved', 'azure', upstream.url);
    harness.put('server', 'moved', {
      name: 'moved',
      url: upstream.url,
      handlers: [{ gateway: 'aws', priority: 0 }],
      auth: { type: 'none' },
      timeouts: { connectMs: 1000, responseMs: 1000, idleStreamMs: 1000 },
      enabled: true,
    });
    harness.publish('azure');
    upstream.script = answerJson({ content: [] });
    const early = await post(harness, 'aws', 'moved', alice, callOf('get_mail'));
    expect([early.status, early.reason, early.headers['retry-after']]).toEqual([503, 'config_behind', '1']);
    expect(upstream.seen).toHaveLength(0);
    harness.publish();
    expect((await post(harness, 'aws', 'moved', alice, callOf('get_mail'))).status).toBe(200);
  });

  it.each([
    ['dead', 502, 'upstream_unreachable', 'azure', 'azure->dead', 'azure; error=destination_unavailable; next-hop="dead"'],
    ['behind-gone', 502, 'remote_gateway_unreachable', 'aws', 'aws->gone', 'aws; error=destination_unavailable; next-hop="gone"'],
    ['behind-silent', 504, 'remote_gateway_timeout', 'aws', 'aws->silent', 'aws; error=http_response_timeout; next-hop="silent"'],
  ])('a call to %s gets %i with the reason %s and the hop that failed', async (server, status, reason, gateway, hop, proxyStatus) => {
    const answer = await post(harness, 'aws', server, alice, callOf('get_mail', 'x-1'));
    expect(answer.status).toBe(status);
    const { id, error } = answer.json();
    expect(id).toBe('x-1');
    expect(error?.data).toMatchObject({ reason, gateway, hop, mcpServer: server });
    expect(answer.headers['proxy-status']).toContain(proxyStatus);
    expect(error?.data['requestId']).toBe(answer.headers['causeway-request-id']);
    const part = await harness.gateway('aws').outcomeOf('tools/call');
    expect(part).toMatchObject({ status: 'error', reason, hop, role: 'entry' });
  }); // prettier-ignore

  it.each<[string, () => void, number, string]>([
    ['asks for credentials', () => (upstream.script = (_, r) => void r.writeHead(401, { 'www-authenticate': 'Bearer' }).end()), 502, 'upstream_auth'],
    ['answers 403', () => (upstream.script = (_, r) => void r.writeHead(403).end()), 502, 'upstream_auth'],
    ['redirects', () => (upstream.script = (_, r) => void r.writeHead(307, { location: 'http://127.0.0.1:1/' }).end()), 502, 'upstream_redirect'],
    ['hangs', () => (upstream.script = () => undefined), 504, 'upstream_timeout'],
    ['hangs up', () => (upstream.script = (_, r) => void r.destroy()), 502, 'upstream_interrupted'],
    ['does not speak HTTP', () => (upstream.script = (_, r) => void r.socket?.end('rubbish\r\n\r\n')), 502, 'upstream_invalid_response'],
  ])('an MCP server that %s is named as the cause, in the answer and on record', async (_, given, status, reason) => {
    given();
    const answer = await post(harness, 'aws', 'far', alice, callOf('get_mail'));
    expect([answer.status, answer.reason]).toEqual([status, reason]);
    expect(answer.headers['www-authenticate']).toBeUndefined();
    expect(upstream.seen).toHaveLength(1);
    const parts = [await harness.gateway('aws').outcomeOf('tools/call'), await harness.gateway('azure').outcomeOf('tools/call')];
    for (const part of parts) expect(part).toMatchObject({ status: 'error', reason, hop: 'azure->far' });
  }); // prettier-ignore

  it.each([400, 404, 405, 406, 500, 503])(
    "the MCP server's own status %i passes with its body",
    async (status) => {
      upstream.script = (_, response) => void response.writeHead(status, JSON_TYPE).end('{"own": 1.0}');
      const answer = await post(harness, 'aws', 'far', alice, callOf('get_mail'));
      expect([answer.status, answer.text]).toEqual([status, '{"own": 1.0}']);
      expect((await harness.gateway('aws').outcomeOf('tools/call')).reason).toBe('upstream_status');
    },
  );

  it('an answer that does not come from a gateway is not believed', async () => {
    upstream.script = answerJson({ content: [] });
    const answer = await post(harness, 'aws', 'behind-imposter', alice, callOf('get_mail'));
    expect([answer.status, answer.reason]).toEqual([502, 'remote_gateway_invalid_response']);
  });

  it('a refusal by the handling gateway names the hop between the gateways', async () => {
    const unknown = ['Mcp-Session-Id', 'nobody-s'];
    const answer = await post(harness, 'aws', 'far', alice, callOf('get_mail'), unknown);
    const refusal = { reason: 'session_unknown', hop: 'aws->azure' };
    expect(answer.json().error?.data).toMatchObject({ ...refusal, gateway: 'azure' });
    for (const gateway of ['aws', 'azure'])
      expect(await harness.gateway(gateway).outcomeOf('tools/call')).toMatchObject(refusal);
  });

  it('nothing reaches the MCP server while the audit spool is full', async () => {
    harness.gateway('azure').spool.full = true;
    const answer = await post(harness, 'aws', 'far', alice, callOf('get_mail'));
    expect([answer.status, answer.reason]).toEqual([503, 'audit_unavailable']);
    expect(upstream.seen).toHaveLength(0);
  });

  it.each([
    ['a failed tool', { content: [], isError: true }, 'tool_error'],
    ['a tool that works', { content: [] }, null],
  ])('%s is recorded as such at both gateways', async (_, value, reason) => {
    upstream.script = answerJson(value);
    await post(harness, 'aws', 'far', alice, callOf('get_mail'));
    for (const name of ['aws', 'azure'])
      expect((await harness.gateway(name).outcomeOf('tools/call')).reason).toBe(reason);
  });

  it('JSON that breaks off never looks complete to the agent', async () => {
    upstream.script = (_, response) => {
      response.writeHead(200, { ...JSON_TYPE, 'content-length': '1000' }).write('{"jsonrpc"');
      setTimeout(() => response.destroy(), 50);
    };
    const answer = await post(harness, 'aws', 'far', alice, callOf('get_mail'));
    expect(answer).toMatchObject({ status: 200, cut: true });
    expect((await harness.gateway('azure').outcomeOf('tools/call')).reason).toBe('upstream_interrupted');
  });

  it('a legacy stream that stays silent for too long is broken off', async () => {
    upstream.script = (_, response) => void response.writeHead(200, SSE_TYPE).write(': hello\n\n');
    const answer = await post(harness, 'aws', 'far', alice, callOf('get_mail'));
    expect(answer).toMatchObject({ cut: true, text: ': hello\n\n' });
    expect((await harness.gateway('azure').outcomeOf('tools/call')).reason).toBe('stream_idle');
  });

  it.each([': hello\n\n', 'data: {"half'])(
    'a modern stream that breaks after %j ends with an error event',
    async (sent) => {
      upstream.script = (_, response) => {
        response.writeHead(200, SSE_TYPE).write(sent);
        setTimeout(() => response.destroy(), 50);
      };
      const { headers, body } = modern('tools/call', { name: 'get_mail', arguments: {} });
      const answer = await post(harness, 'aws', 'far', alice, body, headers);
      const last = answer.text.trimEnd().split('\n\n').at(-1) ?? '';
      const event = JSON.parse(last.replace('data: ', '')) as { id: number; error: { data: object } };
      expect(event.id).toBe(1);
      expect(event.error.data).toMatchObject({ reason: 'upstream_interrupted', hop: 'azure->far' });
      expect(answer.cut).toBe(false);
    },
  );

  it('an agent that leaves in mid-stream is recorded as cancelled once, and the MCP server sees it leave', async () => {
    upstream.script = (_, response) => void response.writeHead(200, SSE_TYPE).write(': hello\n\n');
    harness.server('slow', 'azure', upstream.url);
    const headers = [...bearer(alice), ...JSON_HEADERS];
    const response = await open(harness.gateway('aws').url, {
      path: path('slow'),
      headers,
      body: callOf('get_mail'),
    });
    await new Promise((resolve) => response.once('data', resolve));
    response.destroy();
    await until(() => upstream.seen[0]?.aborted === true);
    for (const name of ['aws', 'azure']) {
      const part = await harness.gateway(name).outcomeOf('tools/call');
      expect(part).toMatchObject({ status: 'cancelled', reason: 'client_disconnected' });
    }
  });

  it.each([
    ['success', null, { content: [] }],
    ['error', 'tool_error', { content: [], isError: true }],
  ])(
    'an agent that leaves when the answer is here has cancelled nothing: %s',
    async (status, reason, value) => {
      upstream.script = (_, response) =>
        void response.writeHead(200, SSE_TYPE).write(`data: ${result(value)}\n\n`);
      harness.server('slow', 'azure', upstream.url);
      const headers = [...bearer(alice), ...JSON_HEADERS];
      const asked = { path: path('slow'), headers, body: callOf('get_mail') };
      const response = await open(harness.gateway('aws').url, asked);
      await new Promise((resolve) => response.once('data', resolve));
      response.destroy();
      for (const name of ['aws', 'azure'])
        expect(await harness.gateway(name).outcomeOf('tools/call')).toMatchObject({ status, reason });
    },
  );

  it('the record of a body that cannot be read has its size', async () => {
    const answer = await post(harness, 'aws', 'far', alice, 'hello');
    expect(answer.status).toBe(400);
    expect((await harness.gateway('aws').outcomeOf('POST')).bytesIn).toBe(5);
  });

  it('an agent that leaves before the answer is recorded as cancelled, and the MCP server sees it leave', async () => {
    upstream.script = () => undefined;
    const headers = [...bearer(alice), ...JSON_HEADERS];
    const asked = open(harness.gateway('aws').url, { path: path('slow'), headers, body: callOf('get_mail') });
    const failed = asked.catch(() => 'gone');
    await until(() => upstream.seen.length === 1);
    harness.gateway('aws').app.getHttpServer().closeAllConnections();
    expect(await failed).toBe('gone');
    await until(() => upstream.seen[0]?.aborted === true);
    expect((await harness.gateway('aws').outcomeOf('tools/call')).status).toBe('cancelled');
  });

  it('a gateway without configuration answers 503, never 404 or 401', async () => {
    const store = harness.gateway('aws').store as unknown as { snapshot: unknown };
    const held = store.snapshot;
    store.snapshot = null;
    const answer = await send(harness.gateway('aws').url, {
      path: path('far'),
      headers: JSON_HEADERS,
      body: message('ping'),
    });
    store.snapshot = held;
    expect([answer.status, answer.reason]).toEqual([503, 'config_missing']);
  });

  it('numbers and ids pass as they were written, in both directions', async () => {
    const odd =
      '{"jsonrpc":"2.0","id":1.0,"method":"tools/call","params":{"name":"get_mail","arguments":{"n":12345678901234567890.10}}}';
    upstream.script = (_, response) =>
      void response.writeHead(200, JSON_TYPE).end('{ "jsonrpc":"2.0","id":1.0,"result":{"n":1.50}}');
    const answer = await post(harness, 'aws', 'far', alice, odd);
    expect(upstream.seen[0]?.body).toBe(odd);
    expect(answer.text).toBe('{ "jsonrpc":"2.0","id":1.0,"result":{"n":1.50}}');
    const denied = await post(harness, 'aws', 'nobody', alice, odd);
    expect(denied.text).toContain('"id":1.0,');
    expect(result(1)).toContain('"id":1,');
  });

  it('an answer says which gateways it passed, and the time at each', async () => {
    upstream.script = answerJson({ content: [] });
    const answer = await post(harness, 'aws', 'far', alice, callOf('get_mail'));
    expect(answer.headers.via).toBe('1.1 azure, 1.1 aws');
    expect(answer.headers['server-timing']).toMatch(
      /^entry;desc="aws";dur=[\d.]+, proxy;dur=[\d.]+, handling;desc="azure";dur=[\d.]+, mcp;desc="far";dur=[\d.]+$/,
    );
  });

  it('the preflight of an allowed origin is answered without credentials', async () => {
    const headers = ['Origin', 'https://app.example.com', 'Access-Control-Request-Headers', 'mcp-param-x'];
    const preflight = await send(harness.gateway('aws').url, {
      method: 'OPTIONS',
      path: path('far'),
      headers,
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers['access-control-allow-headers']).toContain('mcp-param-x');
    expect(preflight.headers['access-control-allow-origin']).toBe('https://app.example.com');
  });
});
