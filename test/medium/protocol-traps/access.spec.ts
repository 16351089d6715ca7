import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { callOf, collected, message, modern, notification } from '../../support/relay/raw-client.js';
import { answerJson, JSON_TYPE, SSE_TYPE } from '../../support/relay/scripted-server.js';
import { DISTANCES } from '../../support/relay/scripted-harness.js';
import { TrapHarness } from './trap-harness.js';

const TOOLS = [{ name: 'get_mail' }, { name: 'delete_all' }, { name: 'get_x', n: 1 }];
const SEEN = ['get_mail', 'get_x'];
const LIST = message('tools/list');
const listOf = (more: object = {}, id: unknown = 1): string =>
  JSON.stringify({ jsonrpc: '2.0', id, result: { tools: TOOLS, ...more } });

interface ToolList {
  result: { tools: { name: string }[]; nextCursor?: string; cacheScope?: string; ttlMs?: number };
}

/** The message of the event that has a result. */
function listIn(text: string): ToolList {
  const event = text.split(/(?:\r?\n){2}/).find((one) => one.includes('"result"')) ?? '';
  const lines = event.split(/\r?\n/).filter((line) => line.startsWith('data:'));
  return JSON.parse(lines.map((line) => line.slice(5)).join('\n')) as ToolList;
}
const namesIn = ({ result }: ToolList): string[] => result.tools.map(({ name }) => name);

let harness: TrapHarness;

beforeAll(async () => (harness = await TrapHarness.start()));
beforeEach(() => harness.reset());
afterAll(() => harness?.stop());

/** The server answers with a stream of these chunks. */
const streamOf = (...chunks: string[]): void => {
  harness.upstream.script = (_, response) => {
    response.writeHead(200, SSE_TYPE);
    for (const chunk of chunks.slice(0, -1)) response.write(chunk);
    setTimeout(() => response.end(chunks.at(-1)), 20);
  };
};

describe.each(DISTANCES)('access at $hops', ({ server }) => {
  const list = (body = LIST): ReturnType<TrapHarness['ask']> => harness.ask(server, body, [], harness.carol);

  it('trap 18: a filtered page keeps its cursor, and not the length and tag of the whole', async () => {
    const more = { nextCursor: 'p2', ttlMs: 60_000, cacheScope: 'public' };
    harness.upstream.script = (_, response) =>
      void response.writeHead(200, { ...JSON_TYPE, etag: '"all"' }).end(listOf(more));
    const answer = await list();
    const page = JSON.parse(answer.text) as ToolList;
    expect(namesIn(page)).toEqual(SEEN);
    expect(page.result).toMatchObject({ nextCursor: 'p2', ttlMs: 60_000, cacheScope: 'private' });
    expect(answer.headers['content-length']).toBe(String(Buffer.byteLength(answer.text)));
    expect(answer.headers.etag).toBeUndefined();
  });

  it.each<[string, string[]]>([
    ['one event', [`id: 7\nretry: 10\ndata: ${listOf()}\n\n`]],
    ['lines ended by CR LF', [`id: 7\r\ndata: ${listOf()}\r\n\r\n`]],
    ['several data lines', [`id: 7\n${listOf().replaceAll(',', ',\n').split('\n').map((line) => `data: ${line}`).join('\n')}\n\n`]],
    ['chunks split in a name', [`id: 7\ndata: ${listOf().slice(0, 62)}`, `${listOf().slice(62)}\n\n`]],
    ['behind other events', [': hi\n\ndata: {"jsonrpc":"2.0","method":"notifications/message"}\n\n', `id: 7\ndata: ${listOf()}\n\n`]],
    ['an id that is not the one asked for', [`id: 7\ndata: ${listOf({}, 'other')}\n\n`]],
  ])('trap 18: a list in events is filtered (%s)', async (_, chunks) => {
    streamOf(...chunks);
    const { text } = await list();
    expect(namesIn(listIn(text))).toEqual(SEEN);
    expect(text).toMatch(/^id: 7\r?$/m);
  }); // prettier-ignore

  it('trap 18: a list that a resumed stream brings is filtered', async () => {
    streamOf(`id: 8\ndata: ${listOf()}\n\n`);
    const resumed = { method: 'GET', headers: ['Last-Event-ID', '7'] };
    const { text } = await collected(await harness.begin(server, resumed, harness.carol));
    expect(namesIn(listIn(text))).toEqual(SEEN);
    expect(text).toContain('id: 8\n');
  });

  it.each([
    ['prompts/list', 'prompts'],
    ['resources/list', 'resources'],
    ['resources/templates/list', 'resourceTemplates'],
  ])('trap 18: what an agent may list but not get is not shown to it (%s)', async (method, kind) => {
    const items = [{ name: 'a', uri: 'demo://a', uriTemplate: 'demo://{a}' }];
    harness.upstream.script = answerJson({ [kind]: items, nextCursor: 'p2' });
    const answer = await harness.ask(server, message(method), [], harness.dave);
    expect(answer.json().result).toEqual({ [kind]: [], nextCursor: 'p2' });
    const whole = await harness.ask(server, message(method));
    expect(whole.json().result).toEqual({ [kind]: items, nextCursor: 'p2' });
  });

  it('trap 18: news of a resource never reach an agent that may not read it', async () => {
    const updated = notification('notifications/resources/updated', { uri: 'demo://secret' });
    streamOf(`id: 3\ndata: ${updated}\n\n`, `id: 4\ndata: ${notification('notifications/message')}\n\n`);
    const { text } = await collected(await harness.begin(server, { method: 'GET' }, harness.carol));
    expect(text).not.toContain('secret');
    expect(text).toMatch(/id: 3\n[^]*id: 4\ndata: \{/);
  });

  it('trap 18: a list that is not the same for everyone is private to caches', async () => {
    const { body, headers } = modern('tools/list');
    harness.upstream.script = answerJson({ tools: TOOLS, ttlMs: 60_000, cacheScope: 'public' });
    const answer = await harness.ask(server, body, headers);
    expect(answer.json().result).toEqual({ tools: TOOLS, ttlMs: 60_000, cacheScope: 'private' });
  });

  it('trap 18: a tool that the list does not show cannot be called', async () => {
    const answer = await harness.ask(server, callOf('delete_all'), [], harness.carol);
    expect([answer.status, answer.json().error?.code, answer.reason]).toEqual([200, -32602, 'tool_denied']);
    expect(harness.upstream.seen).toEqual([]);
  });

  it('trap 18: the list of an agent that may see everything passes unchanged', async () => {
    const whole = listOf({ nextCursor: 'p2' });
    harness.upstream.script = (_, response) => void response.writeHead(200, JSON_TYPE).end(whole);
    expect((await harness.ask(server, LIST)).text).toBe(whole);
  });

  it.each([
    ['prompts/get', { name: 'get_mail' }],
    ['prompts/list', {}],
    ['resources/read', { uri: 'get_mail' }],
    ['resources/list', {}],
    ['resources/templates/list', {}],
    ['resources/subscribe', { uri: 'get_mail' }],
    ['completion/complete', { ref: { type: 'ref/prompt', name: 'get_mail' } }],
    ['tasks/get', { taskId: '1' }],
    ['tasks/result', { taskId: '1' }],
    ['tasks/cancel', { taskId: '1' }],
    ['tasks/list', {}],
    ['logging/setLevel', { level: 'debug' }],
    ['x-vendor/anything', { name: 'get_mail' }],
  ])('trap 19: every method is checked, not only calls of tools (%s)', async (method, params) => {
    const answer = await harness.ask(server, message(method, params), [], harness.carol);
    expect([answer.status, answer.reason]).toEqual([200, 'method_denied']);
    expect(harness.upstream.seen).toEqual([]);
  });

  it('trap 19: the second round of a call is checked again', async () => {
    const retry = { arguments: {}, inputResponses: { ok: { action: 'accept' } }, requestState: 'opaque' };
    const forbidden = modern('tools/call', { name: 'delete_all', ...retry });
    const answer = await harness.ask(server, forbidden.body, forbidden.headers, harness.carol);
    expect(answer.reason).toBe('tool_denied');
    expect(harness.upstream.seen).toEqual([]);
    harness.upstream.script = answerJson({ resultType: 'complete', content: [] });
    const allowed = modern('tools/call', { name: 'get_mail', ...retry });
    expect((await harness.ask(server, allowed.body, allowed.headers, harness.carol)).status).toBe(200);
    expect(harness.upstream.seen[0]?.body).toBe(allowed.body);
  });

  it('trap 19: who may use a tool may also do what a client needs to talk at all', async () => {
    harness.upstream.script = answerJson({});
    const needed = [message('initialize'), message('ping'), notification('notifications/initialized')];
    for (const body of needed) expect((await list(body)).status).toBe(200);
    expect(harness.upstream.seen).toHaveLength(needed.length);
  });
});
