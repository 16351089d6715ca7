import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  bearer,
  collected,
  message,
  open,
  path,
  post,
  type RawAnswer,
} from '../../support/relay/raw-client.js';
import type { HarnessUser } from '../../support/relay/gateway-harness.js';
import { DISTANCES, ScriptedHarness } from '../../support/relay/scripted-harness.js';
import { result, SSE_TYPE, type Script } from '../../support/relay/scripted-server.js';

let harness: ScriptedHarness;
let alice: HarnessUser;
const lines: string[] = [];

beforeAll(async () => {
  vi.spyOn(Logger.prototype, 'warn').mockImplementation((text: string) => void lines.push(text));
  harness = await ScriptedHarness.scripted();
  alice = harness.user('alice');
  harness.policy('all', {});
});
beforeEach(() => {
  lines.length = 0;
  harness.serve();
});
afterAll(async () => {
  await harness.stop();
  vi.restoreAllMocks();
});

const HTML = { 'content-type': 'text/html; charset=utf-8' };
const PAGE =
  '<html><head><style>b{color:red}</style></head><body><h1>Not\u0007 Found</h1>\n<p>nginx</p></body></html>';
const answers =
  (status: number, headers: Record<string, string>, body: string): Script =>
  (_, response) =>
    void response.writeHead(status, headers).end(body);

const messageOf = (answer: RawAnswer): string =>
  (answer.json().error as { message?: string } | undefined)?.message ?? '';

/** What the log says of a request that ended for this reason. */
const logged = (reason: string): string => lines.find((line) => line.includes(reason)) ?? '';

describe.each(DISTANCES)('what an MCP server answers, at $hops', ({ server }) => {
  const ask = (method = 'tools/list') => post(harness, 'aws', server, alice, message(method));

  it.each([
    [401, 502, 'upstream_auth'],
    [403, 502, 'upstream_auth'],
    [307, 502, 'upstream_redirect'],
    [404, 404, 'upstream_status'],
    [500, 500, 'upstream_status'],
    [200, 502, 'upstream_invalid_response'],
  ])('with %i and a page is told with its beginning', async (status, outward, reason) => {
    harness.upstream.script = answers(status, HTML, PAGE);
    const answer = await ask();
    expect([answer.status, answer.reason]).toEqual([outward, reason]);
    const said = `status ${status}, text/html: "Not Found nginx"`;
    expect(messageOf(answer)).toContain(said);
    expect(logged(reason)).toContain(said);
  });

  it('is told in at most 200 characters', async () => {
    harness.upstream.script = answers(500, { 'content-type': 'text/plain' }, 'x'.repeat(100_000));
    expect(messageOf(await ask())).toMatch(/text\/plain: "x{200}"$/);
  });

  it('is told without a text if it has none, or one that nobody can read', async () => {
    harness.upstream.script = answers(403, {}, '');
    expect(messageOf(await ask())).toMatch(/: status 403$/);
    harness.upstream.script = answers(502, { 'content-type': 'image/png' }, 'PNG');
    expect(messageOf(await ask())).toMatch(/: status 502, image\/png$/);
  });

  it('is told in a second even if its body does not come', async () => {
    harness.upstream.script = (_, response) => response.writeHead(401, HTML).write('<p>Log in');
    const before = performance.now();
    expect(messageOf(await ask())).toContain('status 401, text/html: "Log in"');
    expect(performance.now() - before).toBeLessThan(5000);
  });

  it('keeps its Retry-After', async () => {
    harness.upstream.script = answers(503, { ...HTML, 'retry-after': '7' }, PAGE);
    expect((await ask()).headers['retry-after']).toBe('7');
  });

  it('passes as it is if MCP itself says it', async () => {
    const body = '{"jsonrpc":"2.0","id":1,"error":{"code":-32600,"message":"no such session"}}';
    for (const method of ['tools/list', 'initialize']) {
      harness.upstream.script = answers(404, { 'content-type': 'application/json' }, body);
      const answer = await ask(method);
      expect([answer.status, answer.text]).toEqual([404, body]);
    }
  });

  it.each([404, 405])(
    'with %i to initialize brings the hint that the URL may lack its path',
    async (status) => {
      for (const type of ['text/html', 'application/json']) {
        harness.upstream.script = answers(status, { 'content-type': type }, '{"detail":"Not here"}');
        const answer = await ask('initialize');
        expect([answer.status, answer.reason]).toEqual([status, 'upstream_status']);
        expect(messageOf(answer)).toContain('the registered URL may lack its path, such as /mcp');
      }
    },
  );

  it('as a server of the HTTP+SSE transport is told at the first request', async () => {
    harness.upstream.script = ({ method }, response) => {
      if (method !== 'GET') response.writeHead(405).end('Method Not Allowed');
      else response.writeHead(200, SSE_TYPE).write('event: endpoint\ndata: /messages?sessionId=1\n\n');
    };
    for (const method of ['initialize', 'server/discover']) {
      const answer = await ask(method);
      expect([answer.status, answer.reason]).toEqual([502, 'transport_unsupported']);
    }
  });

  it('is no hang if its stream is the first that an agent of the HTTP+SSE transport asks for', async () => {
    harness.upstream.script = (_, response) =>
      response.writeHead(200, SSE_TYPE).write('event: endpoint\ndata: /messages?sessionId=1\n\n');
    const { url } = harness.gateway('aws');
    const headers = [...bearer(alice), 'Accept', 'text/event-stream'];
    const answer = await collected(await open(url, { method: 'GET', path: path(server), headers }));
    expect([answer.status, answer.reason]).toEqual([502, 'transport_unsupported']);
  });

  it('to a GET does not pass if it is no stream of events, and nothing of it is shown', async () => {
    for (const type of ['application/json', 'text/html', 'text/plain']) {
      harness.upstream.script = answers(200, { 'content-type': type }, result({ key: 'hunter2' }));
      const { url } = harness.gateway('aws');
      const headers = [...bearer(alice), 'Accept', 'text/event-stream'];
      const answer = await collected(await open(url, { method: 'GET', path: path(server), headers }));
      expect([answer.status, answer.reason]).toEqual([502, 'upstream_invalid_response']);
      expect(answer.text).not.toContain('hunter2');
    }
  });
});
