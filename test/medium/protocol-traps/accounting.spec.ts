import { ConsoleLogger, Logger, type LogLevel } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AuditPart } from '#libs/contract';
import { callOf, message, modern } from '../../support/relay/raw-client.js';
import { until } from '../../support/relay/gateway-harness.js';
import { answerJson, JSON_TYPE, result, SSE_TYPE } from '../../support/relay/scripted-server.js';
import { DISTANCES } from '../../support/relay/scripted-harness.js';
import { TrapHarness } from './trap-harness.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const OTHER_TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';
const rpcError = JSON.stringify({ jsonrpc: '2.0', id: 1, error: { code: -32000, message: 'no' } });
const progress = `data: ${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/progress', params: {} })}\n\n`;

let harness: TrapHarness;

beforeAll(async () => (harness = await TrapHarness.start()));
beforeEach(() => harness.reset());
afterEach(() => vi.restoreAllMocks());
afterAll(() => harness?.stop());

describe.each(DISTANCES)('accounts at $hops', ({ server, gateways }) => {
  /** Each gateway's outcome of the only request so far. */
  const outcomes = (method: string): Promise<AuditPart[]> =>
    Promise.all(gateways.map((name) => harness.gateway(name).outcomeOf(method)));

  it.each([
    ['error', JSON_TYPE, rpcError, 'rpc_error'],
    ['isError', JSON_TYPE, result({ content: [], isError: true }), 'tool_error'],
    ['error in the last event', SSE_TYPE, `${progress}data: ${rpcError}\n\n`, 'rpc_error'],
    [
      'isError in the last event',
      SSE_TYPE,
      `${progress}data: ${result({ isError: true })}\n\n`,
      'tool_error',
    ],
  ])(
    'trap 20: a call that failed inside of HTTP 200 is recorded as failed (%s)',
    async (_, head, body, reason) => {
      harness.upstream.script = (_request, response) => void response.writeHead(200, head).end(body);
      expect((await harness.ask(server, callOf('get_mail'))).status).toBe(200);
      for (const part of await outcomes('tools/call'))
        expect(part).toMatchObject({ status: 'error', reason });
    },
  );

  it('trap 20: a call that asks for input is recorded as such', async () => {
    harness.upstream.script = answerJson({ resultType: 'input_required', requestState: 'opaque' });
    await harness.ask(server, callOf('get_mail'));
    for (const part of await outcomes('tools/call'))
      expect(part).toMatchObject({ status: 'success', reason: 'input_required' });
  });

  it('trap 20: one request has one id and one part for each gateway on its way', async () => {
    harness.upstream.script = answerJson({ content: [] });
    await harness.ask(server, callOf('get_mail'));
    const parts = await outcomes('tools/call');
    expect(parts.map(({ role }) => role)).toEqual(['entry', 'handling'].slice(0, gateways.length));
    expect(new Set(parts.map(({ requestId }) => requestId)).size).toBe(1);
    for (const part of parts)
      expect(part).toMatchObject({ status: 'success', reason: null, tool: 'get_mail' });
  });

  it('trap 25: the trace that the message belongs to goes on', async () => {
    const traceparent = `00-${TRACE}-${SPAN}-01`;
    const meta = { traceparent, tracestate: 'a=1', baggage: 'b=2' };
    const { body, headers } = modern('tools/call', { name: 'get_mail', arguments: {} });
    const traced = body.replace('"_meta":{', `"_meta":${JSON.stringify(meta).slice(0, -1)},`);
    harness.upstream.script = answerJson({ content: [] });
    const outer = ['traceparent', `00-${OTHER_TRACE}-${SPAN}-01`];
    await harness.ask(server, traced, [...headers, ...outer]);
    const [seen] = harness.upstream.seen;
    expect(seen?.body).toBe(traced);
    expect(seen?.headers.traceparent).toMatch(new RegExp(`^00-${TRACE}-(?!${SPAN})[0-9a-f]{16}-01$`));
    expect(seen?.headers['tracestate']).toBe('a=1');
    for (const part of await outcomes('tools/call')) expect(part.traceId).toBe(TRACE);
  });

  it('trap 25: the trace of a legacy agent, which is in a header, goes on', async () => {
    harness.upstream.script = answerJson({ content: [] });
    await harness.ask(server, callOf('get_mail'), ['traceparent', `00-${OTHER_TRACE}-${SPAN}-01`]);
    expect(harness.upstream.seen[0]?.headers.traceparent).toContain(`00-${OTHER_TRACE}-`);
  });

  it('trap 25: arguments, results, session ids and tokens get into no log and no record', async () => {
    const written: unknown[] = [];
    const keep = (chunk: unknown): boolean => written.push(chunk) > 0;
    vi.spyOn(process.stdout, 'write').mockImplementation(keep);
    vi.spyOn(process.stderr, 'write').mockImplementation(keep);
    const levels: LogLevel[] = ['verbose', 'debug', 'log', 'warn', 'error', 'fatal'];
    Logger.overrideLogger(new ConsoleLogger({ logLevels: levels }));
    const secret = modern('tools/call', {
      name: 'get_mail',
      arguments: { q: 'PRIVATE' },
      requestState: 'PRIVATE',
    });
    const headers = [...secret.headers, 'Mcp-Param-Q', 'PRIVATE', 'Last-Event-ID', 'PRIVATE'];
    harness.upstream.script = answerJson({ content: [{ type: 'text', text: 'PRIVATE' }] });
    await harness.ask(server, secret.body, headers);
    harness.upstream.script = (_, response) => void response.destroy();
    await harness.ask(server, secret.body, headers);
    await harness.ask(server, message('ping', { q: 'PRIVATE' }), ['Mcp-Session-Id', 'PRIVATE']);
    const parts = (): AuditPart[] => gateways.flatMap((name) => harness.gateway(name).parts);
    await until(() => parts().some(({ method, phase }) => method === 'ping' && phase === 'outcome'));
    Logger.overrideLogger(['error', 'fatal']);
    expect(written.join('')).toContain('upstream_interrupted');
    const kept = written.join('') + JSON.stringify(parts());
    expect(kept).not.toContain('PRIVATE');
    expect(kept).not.toContain(harness.alice.token);
  });
});
