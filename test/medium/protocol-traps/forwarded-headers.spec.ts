import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bearer, callOf, JSON_HEADERS, modern, path, send } from '../../support/relay/raw-client.js';
import { answerJson, JSON_TYPE, result } from '../../support/relay/scripted-server.js';
import { DISTANCES } from '../../support/relay/scripted-harness.js';
import { TrapHarness } from './trap-harness.js';

const CALL = modern('tools/call', { name: 'get_mail', arguments: { region: 'eu' } });

let harness: TrapHarness;

beforeAll(async () => (harness = await TrapHarness.start()));
beforeEach(() => {
  harness.reset();
  harness.upstream.script = answerJson({ content: [] });
});
afterAll(() => harness?.stop());

const arrived = (): Record<string, unknown> => harness.upstream.seen[0]?.headers ?? {};

describe.each(DISTANCES)('headers at $hops', ({ server }) => {
  it('trap 10: the headers of the protocol reach the server', async () => {
    const more = ['Mcp-Param-Region', 'eu', 'Mcp-Param-Unknown', '=?base64?w6Q=?=', 'baggage', 'a=1'];
    expect((await harness.ask(server, CALL.body, [...CALL.headers, ...more])).status).toBe(200);
    expect(arrived()).toMatchObject({
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': 'get_mail',
      'mcp-param-region': 'eu',
      'mcp-param-unknown': '=?base64?w6Q=?=',
      baggage: 'a=1',
    });
  });

  it('trap 10: the version of a legacy session reaches the server', async () => {
    await harness.ask(server, callOf('get_mail'), ['MCP-Protocol-Version', '2025-11-25']);
    expect(arrived()['mcp-protocol-version']).toBe('2025-11-25');
  });

  it("trap 10: the agent's token, cookies and hop headers never reach the server", async () => {
    const secrets = ['Cookie', 'sid=1', 'Proxy-Authorization', 'Basic eA==', 'X-Api-Key', 'k'];
    const claims = ['Forwarded', 'for=1', 'X-Forwarded-For', '1.1.1.1', 'Via', '1.1 x', 'TE', 'trailers'];
    await harness.ask(server, CALL.body, [...CALL.headers, ...secrets, ...claims]);
    const names = Object.keys(arrived()).toSorted();
    const ours = ['accept-encoding', 'connection', 'content-length', 'host', 'traceparent'];
    const protocol = ['accept', 'content-type', 'mcp-method', 'mcp-name', 'mcp-protocol-version'];
    expect(names).toEqual([...ours, ...protocol].toSorted());
    expect(JSON.stringify(harness.upstream.seen)).not.toContain(harness.alice.token);
  });

  it("trap 10: a header that Connection names does not pass, and takes none of the gateway's with it", async () => {
    const nominating = ['Connection', 'mcp-param-x, authorization, causeway-hop', 'Mcp-Param-X', '1'];
    const answer = await harness.ask(server, CALL.body, [...CALL.headers, ...nominating]);
    expect(answer.status).toBe(200);
    expect(arrived()['mcp-param-x']).toBeUndefined();
  });

  it('trap 10: credentials that are sent twice are refused', async () => {
    const headers = [...bearer(harness.alice), ...bearer(harness.bob), ...JSON_HEADERS, ...CALL.headers];
    const { url } = harness.gateway('aws');
    const answer = await send(url, { path: path(server), headers, body: CALL.body });
    expect([answer.status, answer.reason]).toEqual([400, 'ambiguous_headers']);
    expect(harness.upstream.seen).toEqual([]);
  });

  it('trap 10: cookies and banners of the server never reach the agent', async () => {
    const head = {
      ...JSON_TYPE,
      'set-cookie': 'sid=1',
      server: 'secret/1.0',
      'access-control-allow-origin': '*',
    };
    harness.upstream.script = (_, response) => void response.writeHead(200, head).end(result({}));
    const { headers } = await harness.ask(server, CALL.body, CALL.headers);
    for (const name of ['set-cookie', 'server', 'access-control-allow-origin'])
      expect(headers[name]).toBeUndefined();
  });

  it.each([
    ['another name', 'Mcp-Name', 'delete_all'],
    ['another method', 'Mcp-Method', 'tools/list'],
    ['another version', 'MCP-Protocol-Version', '2025-11-25'],
    ['another case', 'Mcp-Name', 'Get_mail'],
    ['a malformed encoding', 'Mcp-Name', '=?base64?Z2V0X21haW?='],
    ['no name', 'Mcp-Name', null],
    ['no method', 'Mcp-Method', null],
    ['no version', 'MCP-Protocol-Version', null],
  ])('trap 16: headers that contradict the body are refused (%s)', async (_, name, value) => {
    const headers = CALL.headers.flatMap((text, i, all) => {
      if (i % 2 === 1) return [];
      if (text !== name) return [text, all[i + 1] ?? ''];
      return value === null ? [] : [name, value];
    });
    const answer = await harness.ask(server, CALL.body, headers);
    expect([answer.status, answer.json().error?.code]).toEqual([400, -32020]);
    expect(answer.json().id).toBe(1);
    expect(harness.upstream.seen).toEqual([]);
  });

  it('trap 16: a harmless name in the header does not let a forbidden tool through', async () => {
    const forbidden = modern('tools/call', { name: 'delete_all', arguments: {} });
    const lying = forbidden.headers.map((text) => (text === 'delete_all' ? 'get_mail' : text));
    expect((await harness.ask(server, forbidden.body, lying, harness.carol)).reason).toBe('header_mismatch');
    const honest = await harness.ask(server, forbidden.body, forbidden.headers, harness.carol);
    expect(honest.reason).toBe('tool_denied');
    expect(harness.upstream.seen).toEqual([]);
  });

  it('trap 16: a name that only fits into a header when encoded is understood', async () => {
    const { body, headers } = modern('tools/call', { name: 'get_Ä', arguments: {} });
    const encoded = headers.map((text) => (text === 'get_Ä' ? '=?base64?Z2V0X8OE?=' : text));
    expect((await harness.ask(server, body, encoded)).status).toBe(200);
    expect(arrived()['mcp-name']).toBe('=?base64?Z2V0X8OE?=');
  });
});
