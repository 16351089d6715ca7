import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  blackHole,
  closeAtOnce,
  delay,
  drip,
  FaultProxy,
  garbage,
  loseAnswer,
  resetOnRequest,
  stopBehind,
  type Fault,
} from '../../support/relay/fault-proxy.js';
import { modern } from '../../support/relay/raw-client.js';
import {
  answerJson,
  result,
  SSE_TYPE,
  startScriptedServer,
  type ScriptedServer,
} from '../../support/relay/scripted-server.js';
import {
  expectFault,
  gatewaysFrom,
  requestIdOf,
  SHORT,
  PeerFaultHarness,
  WAYS,
} from './peer-fault-harness.js';

/** A server with short time-outs where a case waits for one; otherwise one with time enough for a busy machine. */
const serverFor = (reason: string): string => (reason === 'stream_idle' ? 'brief' : 'far');
const CONTENT = { content: [{ type: 'text', text: 'hello' }] };

describe('a failing MCP server', () => {
  let harness: PeerFaultHarness;
  let server: ScriptedServer;
  let proxy: FaultProxy;

  beforeAll(async () => {
    harness = await PeerFaultHarness.start('aws', 'azure');
    server = harness.owns(await startScriptedServer());
    proxy = harness.owns(await FaultProxy.to(server.url));
    harness.server('far', 'azure', proxy.url);
    harness.server('brief', 'azure', proxy.url, SHORT);
  });
  beforeEach(async () => {
    await proxy.restore();
    server.script = answerJson(CONTENT);
    server.seen.length = 0;
    harness.forget();
  });
  afterAll(() => harness?.stop());

  describe.each(WAYS)('at %s', (_, entry) => {
    it('that takes no connection is reported as unreachable', async () => {
      await proxy.refuse();
      const answer = await harness.call(entry, 'far');
      const fault = { status: 502, reason: 'upstream_unreachable', hop: 'azure->far', proxyStatus: 'destination_unavailable' };
      expectFault(answer, 'far', fault);
      expect(answer.json().error?.data['retryable']).toBe(true);
      const record = { status: 'error', reason: fault.reason, hop: 'azure->far' };
      expect(await harness.record(...gatewaysFrom(entry))).toMatchObject(record);
    });

    it.each<[string, Fault, string, string, number]>([
      ['closes the connection', closeAtOnce, 'upstream_interrupted', 'connection_terminated', 0],
      ['resets before the first byte', resetOnRequest, 'upstream_interrupted', 'connection_terminated', 0],
      ['answers with garbage', garbage, 'upstream_invalid_response', 'http_protocol_error', 0],
      ['ends within its headers', stopBehind('HTTP/1.1 200', 'end'), 'upstream_interrupted', 'connection_terminated', 1],
      ['resets within its headers', stopBehind('content-', 'reset'), 'upstream_interrupted', 'connection_terminated', 1],
    ])('that %s is reported as the failed hop, and executes nothing twice', async (__, fault, reason, proxyStatus, executed) => {
      proxy.fault = fault;
      const answer = await harness.call(entry, 'far');
      expectFault(answer, 'far', { status: 502, reason, hop: 'azure->far', proxyStatus });
      expect(answer.json().error?.data['retryable']).toBe(false);
      expect(server.seen).toHaveLength(executed);
      expect(await harness.record(...gatewaysFrom(entry))).toMatchObject({ status: 'error', reason, hop: 'azure->far' });
    });

    it('that hangs, loses the answer, trickles its headers, or falls silent within them is given up at the time-out', async () => {
      const hop = 'azure->brief';
      const fault = { status: 504, reason: 'upstream_timeout', hop, proxyStatus: 'http_response_timeout' };
      const ways = [blackHole, loseAnswer, drip(4, 40), stopBehind('HTTP/1.1 200', 'silence')];
      const answers = await harness.callUnder(ways, proxy, entry, 'brief');
      for (const answer of answers) {
        expectFault(answer, 'brief', fault);
        expect(answer.json().error?.data['retryable']).toBe(false);
        const record = { status: 'error', reason: fault.reason, hop };
        expect(await harness.recordOf(requestIdOf(answer), ...gatewaysFrom(entry))).toMatchObject(record);
      }
      expect(server.seen).toHaveLength(ways.length - 1);
    });

    it.each<[string, Fault, string]>([
      ['ends within its body', stopBehind('{"jsonrpc', 'end'), 'upstream_interrupted'],
      ['resets within its body', stopBehind('{"jsonrpc', 'reset'), 'upstream_interrupted'],
      ['falls silent within its body', stopBehind('{"jsonrpc', 'silence'), 'stream_idle'],
    ])('that %s cuts the answer short, and executes the call once', async (__, fault, reason) => {
      const name = serverFor(reason);
      const hop = `azure->${name}`;
      proxy.fault = fault;
      const answer = await harness.call(entry, name);
      expect(answer).toMatchObject({ status: 200, cut: true, text: '{"jsonrpc' });
      expect(server.seen).toHaveLength(1);
      expect(await harness.record(...gatewaysFrom(entry))).toMatchObject({ status: 'error', reason, hop });
    });

    it.each<[string, Fault, string]>([
      ['ends', stopBehind('data: 1\n\n', 'end'), 'upstream_interrupted'],
      ['resets', stopBehind('data: 1\n\n', 'reset'), 'upstream_interrupted'],
      ['falls silent', stopBehind('data: 1\n\n', 'silence'), 'stream_idle'],
    ])('that %s within a modern stream is reported in an error event', async (__, fault, reason) => {
      const name = serverFor(reason);
      const hop = `azure->${name}`;
      proxy.fault = fault;
      server.script = (___, response) => void response.writeHead(200, SSE_TYPE).end(`data: 1\n\ndata: ${result({})}\n\n`);
      const { headers, body } = modern('tools/call', { name: 'get_mail', arguments: {} });
      const answer = await harness.call(entry, name, body, headers);
      const [first, last] = answer.text.split('\n\n');
      expect([answer.cut, first]).toEqual([false, 'data: 1']);
      const event = JSON.parse(last?.replace('data: ', '') ?? '') as { error: { data: object } };
      expect(event.error.data).toMatchObject({ reason, hop, gateway: 'azure' });
      expect(await harness.record(...gatewaysFrom(entry))).toMatchObject({ status: 'error', reason, hop });
    });

    it.each<[string, Fault]>([
      ['sends its body in small pieces', drip(40, 20)],
      ['is slow to connect', delay(150)],
    ])('that %s is not a failure', async (__, fault) => {
      proxy.fault = fault;
      const answer = await harness.call(entry, 'far');
      expect(answer).toMatchObject({ status: 200, cut: false, text: result(CONTENT) });
      expect(await harness.record(...gatewaysFrom(entry))).toMatchObject({ status: 'success', reason: null });
    });
  });
}); // prettier-ignore
