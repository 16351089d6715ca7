import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  blackHole,
  closeAtOnce,
  drip,
  FaultProxy,
  garbage,
  loseAnswer,
  resetOnRequest,
  stopBehind,
  type Fault,
} from '../../support/relay/fault-proxy.js';
import {
  head,
  requestIdIn,
  startRawPeer,
  whole,
  type RawAnswer,
  type RawPeer,
} from '../../support/relay/raw-peer.js';
import {
  answerJson,
  result,
  startScriptedServer,
  type ScriptedServer,
} from '../../support/relay/scripted-server.js';
import { expectFault, requestIdOf, SHORT, PeerFaultHarness } from './peer-fault-harness.js';

const OK = 'HTTP/1.1 200 OK';
const JSON_LINE = 'content-type: application/json';
const CONTENT = { content: [{ type: 'text', text: 'hello' }] };
const HOP = 'aws->azure';

describe('a failing way to the remote gateway', () => {
  let harness: PeerFaultHarness;
  let server: ScriptedServer;
  let proxy: FaultProxy;

  beforeAll(async () => {
    harness = await PeerFaultHarness.start('aws', 'azure');
    server = harness.owns(await startScriptedServer());
    const { url } = harness.gateway('azure');
    proxy = harness.owns(await FaultProxy.to(url));
    harness.register('azure', url, proxy.url);
    harness.server('far', 'azure', server.url);
    harness.server('brief', 'azure', server.url, { ...SHORT, connectMs: 50, responseMs: 50 });
  });
  beforeEach(async () => {
    await proxy.restore();
    server.script = answerJson(CONTENT);
    server.seen.length = 0;
    harness.forget();
  });
  afterAll(() => harness?.stop());

  it('that takes no connection is reported as an unreachable gateway', async () => {
    await proxy.refuse();
    const answer = await harness.call('aws', 'far');
    expectFault(answer, 'far', { status: 502, reason: 'remote_gateway_unreachable', hop: HOP, proxyStatus: 'destination_unavailable' });
    expect(answer.json().error?.data['retryable']).toBe(true);
    expect(await harness.record('aws')).toMatchObject({ status: 'error', reason: 'remote_gateway_unreachable', hop: HOP });
  });

  it.each<[string, Fault, string, string, number]>([
    ['closes the connection', closeAtOnce, 'remote_gateway_interrupted', 'connection_terminated', 0],
    ['resets before the first byte', resetOnRequest, 'remote_gateway_interrupted', 'connection_terminated', 0],
    ['answers with garbage', garbage, 'remote_gateway_invalid_response', 'http_protocol_error', 0],
    ['ends within the headers', stopBehind('HTTP/1.1 200', 'end'), 'remote_gateway_interrupted', 'connection_terminated', 1],
    ['resets within the headers', stopBehind('content-', 'reset'), 'remote_gateway_interrupted', 'connection_terminated', 1],
  ])('that %s is reported as the failed hop, and executes nothing twice', async (_, fault, reason, proxyStatus, executed) => {
    proxy.fault = fault;
    expectFault(await harness.call('aws', 'far'), 'far', { status: 502, reason, hop: HOP, proxyStatus });
    expect(server.seen).toHaveLength(executed);
    const reached = executed === 0 ? ['aws'] : ['aws', 'azure'];
    expect(await harness.record(...reached)).toMatchObject({ status: 'error', reason, hop: HOP, proxy_hops: 1 });
  });

  it('that hangs, loses the answer, or trickles its headers is given up at the time-out', async () => {
    const fault = { status: 504, reason: 'remote_gateway_timeout', hop: HOP, proxyStatus: 'http_response_timeout' };
    const answers = await harness.callUnder([blackHole, loseAnswer, drip(4, 60)], proxy, 'aws', 'brief');
    for (const [i, answer] of answers.entries()) {
      expectFault(answer, 'brief', fault);
      const reached = i === 0 ? ['aws'] : ['aws', 'azure'];
      const record = { status: 'error', reason: fault.reason, hop: HOP, proxy_hops: 1 };
      expect(await harness.recordOf(requestIdOf(answer), ...reached)).toMatchObject(record);
    }
    expect(server.seen).toHaveLength(2);
  });

  it.each(['end', 'reset'] as const)('that breaks within the body (%s) cuts the answer short', async (how) => {
    proxy.fault = stopBehind('{"jsonrpc', how);
    const answer = await harness.call('aws', 'far');
    expect(answer).toMatchObject({ status: 200, cut: true, text: '{"jsonrpc' });
    expect(server.seen).toHaveLength(1);
    expect(await harness.record('aws', 'azure')).toMatchObject({ status: 'error', reason: 'remote_gateway_interrupted', hop: HOP });
  });

  it('whose idle connections break fails no call', async () => {
    for (let i = 0; i < 5; i++) {
      expect((await harness.call('aws', 'far')).text).toBe(result(CONTENT));
      proxy.drop();
    }
    expect(server.seen).toHaveLength(5);
  });
}); // prettier-ignore

/** An answer with the request id, which anybody who reads the hop context can repeat. */
const asGateway =
  (lines: string[], body = ''): RawAnswer =>
  (socket, request) =>
    whole([...lines, `causeway-request-id: ${requestIdIn(request)}`], body)(socket, request);

describe('what answers in the place of a remote gateway', () => {
  let harness: PeerFaultHarness;
  let peer: RawPeer;
  const INVALID = { status: 502, reason: 'remote_gateway_invalid_response', hop: 'aws->liar', proxyStatus: 'http_protocol_error' };
  const GONE = { status: 502, reason: 'remote_gateway_unreachable', hop: 'aws->liar', proxyStatus: 'destination_unavailable' };
  const BROKEN = { status: 502, reason: 'remote_gateway_interrupted', hop: 'aws->liar', proxyStatus: 'connection_terminated' };
  const LATE = { status: 504, reason: 'remote_gateway_timeout', hop: 'aws->liar', proxyStatus: 'http_response_timeout' };

  beforeAll(async () => {
    harness = await PeerFaultHarness.start('aws');
    peer = harness.owns(await startRawPeer());
    harness.register('liar', new URL(peer.url).origin);
    harness.server('far', 'liar', 'http://127.0.0.1:1/mcp');
  });
  beforeEach(() => {
    peer.seen.length = 0;
    harness.forget();
  });
  afterAll(() => harness?.stop());

  it.each<[string, typeof INVALID, RawAnswer]>([
    ['200 with a proper body', INVALID, whole([OK, JSON_LINE], result(CONTENT))],
    ["200 under another request's id", INVALID, whole([OK, JSON_LINE, 'causeway-request-id: 1'], result(CONTENT))],
    ['a sign-in page', INVALID, whole([OK, 'content-type: text/html'], '<html>')],
    ['401 of an ingress', INVALID, whole(['HTTP/1.1 401 X', 'www-authenticate: Basic'])],
    ['404 of an ingress', INVALID, whole(['HTTP/1.1 404 X', 'content-type: text/html'], '<html>')],
    ['429 of an ingress', INVALID, whole(['HTTP/1.1 429 X', 'retry-after: 1'])],
    ['a redirect to TLS', INVALID, whole(['HTTP/1.1 308 X', 'location: https://127.0.0.1/'])],
    ['502 of a load balancer', BROKEN, whole(['HTTP/1.1 502 X'])],
    ['503 of a load balancer', GONE, whole(['HTTP/1.1 503 X', 'retry-after: 9'])],
    ['504 of a load balancer', LATE, whole(['HTTP/1.1 504 X'])],
    ['401 without a reason', INVALID, asGateway(['HTTP/1.1 401 X', 'www-authenticate: Bearer'])],
    ['403 without a reason', INVALID, asGateway(['HTTP/1.1 403 X'])],
    ['a redirect under the id', INVALID, asGateway(['HTTP/1.1 307 X', 'location: http://127.0.0.1:1/'])],
    ['success that claims to be a denial', INVALID, asGateway([OK, JSON_LINE, 'causeway-reason: access_denied'], result(CONTENT))],
    ['a page under the id', INVALID, asGateway([OK, 'content-type: text/html'], '<html>')],
    ['a session id with a space', INVALID, asGateway([OK, JSON_LINE, 'mcp-session-id: a b'], result(CONTENT))],
    ['an answer without HTTP', INVALID, (socket) => void socket.end(result(CONTENT))],
    ['headers of 20 KiB', INVALID, asGateway([OK, JSON_LINE, `via: ${'x'.repeat(20 * 1024)}`], result(CONTENT))],
  ])('%s is not believed', async (_, fault, answer) => {
    peer.answer = answer;
    expectFault(await harness.call('aws', 'far'), 'far', fault);
    expect(peer.seen).toHaveLength(1);
    const record = { status: 'error', reason: fault.reason, hop: fault.hop };
    expect(await harness.record('aws')).toMatchObject(record);
  });

  it.each([
    ['hop_untrusted', 'HTTP/1.1 401 X', 502, 'hop_untrusted'],
    ['clock_skew', 'HTTP/1.1 401 X', 502, 'clock_skew'],
    ['loop_detected', 'HTTP/1.1 502 X', 503, 'config_behind'],
  ])('%s from the other gateway is not put to the agent as a challenge', async (reason, line, status, expected) => {
    peer.answer = asGateway([line, `causeway-reason: ${reason}`]);
    const answer = await harness.call('aws', 'far');
    expect([answer.status, answer.reason]).toEqual([status, expected]);
    expect(answer.headers['www-authenticate']).toBeUndefined();
  });

  it.each([
    ['an unknown reason', ['causeway-reason: made_up'], 'upstream_status', 'liar->far'],
    ['a malformed hop', ['causeway-reason: upstream_timeout', `causeway-failed-hop: ${'x'.repeat(999)}`], 'upstream_timeout', 'aws->liar'],
    ['a hop with markup', ['causeway-reason: upstream_timeout', 'causeway-failed-hop: <b>->y'], 'upstream_timeout', 'aws->liar'],
    ['a hop of its own', ['causeway-reason: upstream_timeout', 'causeway-failed-hop: liar->far'], 'upstream_timeout', 'liar->far'],
    ['no hop', ['causeway-reason: upstream_timeout'], 'upstream_timeout', 'aws->liar'],
    ['malformed times', ['causeway-reason: upstream_timeout', 'server-timing: handling;dur=1e999, mcp;dur=-5'], 'upstream_timeout', 'aws->liar'],
  ])('an answer with %s leaves a sound record', async (_, lines, reason, hop) => {
    peer.answer = asGateway(['HTTP/1.1 504 X', ...lines]);
    expect((await harness.call('aws', 'far')).status).toBe(504);
    expect(await harness.record('aws')).toMatchObject({ status: 'error', reason, hop });
  });

  it('headers that only gateways may send are not taken from an MCP server', async () => {
    harness.server('near', 'aws', peer.url);
    peer.answer = (socket) =>
      void socket.write(
        head(OK, JSON_LINE, 'causeway-reason: access_denied', 'causeway-failed-hop: x->y', 'causeway-request-id: 1',
          'proxy-status: evil', 'via: 1.1 evil', 'server-timing: handling;dur=9', 'set-cookie: a=b', 'server: evil',
          'access-control-allow-origin: *', `content-length: ${result(CONTENT).length}`) + result(CONTENT));
    const { headers, text } = await harness.call('aws', 'near');
    expect(text).toBe(result(CONTENT));
    for (const name of ['causeway-reason', 'causeway-failed-hop', 'proxy-status', 'set-cookie', 'server', 'access-control-allow-origin'])
      expect(headers[name]).toBeUndefined();
    expect(headers.via).toBe('1.1 aws');
    expect(headers['server-timing']).not.toContain('handling');
    expect(await harness.record('aws')).toMatchObject({ status: 'success', reason: null, id: headers['causeway-request-id'] });
  });
}); // prettier-ignore
