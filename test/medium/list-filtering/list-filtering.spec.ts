import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { message, modern, callOf } from '../../support/relay/raw-client.js';
import type { HarnessUser } from '../../support/relay/gateway-harness.js';
import { result } from '../../support/relay/scripted-server.js';
import { DISTANCES } from '../../support/relay/scripted-harness.js';
import { ListHarness } from './list-harness.js';

let harness: ListHarness;
beforeAll(async () => {
  harness = await ListHarness.start();
});
afterAll(() => harness?.stop());

const TOOLS = [{ name: 'get_mail' }, { name: 'delete_all' }, { name: 'get_x' }];
const SHOWN = [TOOLS[0], TOOLS[2]];
const event = (data: string, end = '\n'): string => `id: 7${end}data: ${data}${end}${end}`;

/** The message in two lines of data. */
const lines = (text: string): string => text.replace('"result"', '\ndata: "result"');

/** List method, member of the result, an item, and the method that gets it. */
const LISTS: [string, string, object, string, object][] = [
  ['prompts/list', 'prompts', { name: 'greeting' }, 'prompts/get', { name: 'greeting' }],
  ['resources/list', 'resources', { uri: 'a:b', name: 'b' }, 'resources/read', { uri: 'a:b' }],
  [
    'resources/templates/list',
    'resourceTemplates',
    { uriTemplate: 'a:{b}' },
    'resources/read',
    { uri: 'a:b' },
  ],
];

describe.each(DISTANCES)('lists at $hops', ({ server }) => {
  it.each(LISTS)(
    '%s shows only what the caller may get, in JSON and in events',
    async (method, member, item) => {
      const whole = { [member]: [item, item], nextCursor: 'c2' };
      const seen = async (user: HarnessUser): Promise<unknown> => {
        harness.answerJson(result(whole));
        const json = await harness.ask(server, user, message(method));
        harness.stream(event(result(whole)));
        const { text } = await harness.ask(server, user, message(method));
        expect(text.startsWith('id: 7\ndata: {')).toBe(true);
        expect(JSON.parse(text.slice('id: 7\ndata: '.length))).toEqual(json.json());
        return json.json().result;
      };
      expect(await seen(harness.reader)).toEqual(whole);
      expect(await seen(harness.lister)).toEqual({ [member]: [], nextCursor: 'c2' });
    },
  );

  it.each(LISTS)('what %s does not show cannot be got either', async (_list, _member, _item, get, target) => {
    const calls = harness.upstream.seen.length;
    const answer = await harness.ask(server, harness.lister, message(get, target));
    expect([answer.status, answer.reason]).toEqual([200, 'method_denied']);
    expect(harness.upstream.seen).toHaveLength(calls);
  });

  it('a tool that the list does not show cannot be called', async () => {
    const answer = await harness.ask(server, harness.lister, callOf('delete_all'));
    expect([answer.status, answer.json().error?.code, answer.reason]).toEqual([200, -32602, 'tool_denied']);
  });

  it('a page keeps its cursor, even if nothing is left of the page', async () => {
    const pages: Record<string, object> = {
      '': { tools: TOOLS.slice(0, 2), nextCursor: 'p2' },
      p2: { tools: TOOLS.slice(1, 2), nextCursor: '' },
    };
    harness.upstream.script = (request, response) => {
      const asked = (JSON.parse(request.body) as { params?: { cursor?: string } }).params?.cursor ?? '';
      response.writeHead(200, { 'content-type': 'application/json', etag: '"v1"' }).end(result(pages[asked]));
    };
    const first = await harness.ask(server, harness.lister, message('tools/list'));
    expect(first.json().result).toEqual({ tools: TOOLS.slice(0, 1), nextCursor: 'p2' });
    expect([first.headers.etag, first.headers['content-length']]).toEqual([
      undefined,
      String(first.text.length),
    ]);
    const second = await harness.ask(server, harness.lister, message('tools/list', { cursor: 'p2' }));
    expect(second.json().result).toEqual({ tools: [], nextCursor: '' });
  });

  const list = result({ tools: TOOLS, nextCursor: 'p2' });
  const cut = result({ tools: SHOWN, nextCursor: 'p2' });

  it.each([
    ['several lines of data', [`id: 1\ndata: ${lines(list)}\nretry: 5\n\n`], `id: 1\ndata: ${lines(cut)}\nretry: 5\n\n`],
    ['CRLF, split between CR and LF', ['id: 1\r', `\ndata: ${list}\r\n\r`, '\n: next\r\n\r\n'], `id: 1\r\ndata: ${cut}\r\n\r\n: next\r\n\r\n`],
    ['chunks split anywhere', `id: 1\ndata: ${list}\n\n`.match(/[^]{1,17}/g) ?? [], `id: 1\ndata: ${cut}\n\n`],
    ['a priming event before, and comments', ['id: 0\nretry: 9\ndata:\n\n: ka\n\n', `data: ${list}\n\n`], `id: 0\nretry: 9\ndata:\n\n: ka\n\ndata: ${cut}\n\n`],
    ['a batch of answers', [`data: [${list},${result({})}]\n\n`], `data: [${cut},${result({})}]\n\n`],
  ])('hidden tools are removed from events, and nothing else changes: %s', async (_, pieces, expected) => {
    harness.stream(...pieces);
    expect((await harness.ask(server, harness.lister, message('tools/list'))).text).toBe(expected);
  }); // prettier-ignore

  it('a caller who may see everything gets every byte as the server sent it', async () => {
    const odd = `{ "jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"\\u0067et","n":1.0, "name":1e400},7]}}`;
    harness.answerJson(odd);
    expect((await harness.ask(server, harness.admin, message('tools/list'))).text).toBe(odd);
  });

  it('a tool that only the handling gateway denies is missing from the list', async () => {
    harness.policy('over-there', {
      effect: 'deny',
      tools: ['get_x'],
      gateways: [server === 'far' ? 'azure' : 'aws'],
    });
    harness.answerJson(result({ tools: TOOLS }));
    const answer = await harness.ask(server, harness.admin, message('tools/list'));
    harness.remove('policy', 'over-there');
    expect(answer.json().result).toEqual({ tools: TOOLS.slice(0, 2) });
  });

  it.each([
    ['that readers could understand differently', result({ tools: TOOLS }).replace('}}', ',"Tools":[{"name":"rm"}]}}'), 'upstream_invalid_response'],
    ['that is broken off', list.slice(0, -2), 'upstream_invalid_response'],
    ['of more than 4 MiB', result({ tools: [{ name: 'get_x', description: 'x'.repeat(4 * 1024 * 1024) }] }), 'upstream_response_too_large'],
  ])('a list %s is not passed to a restricted caller', async (_, body, reason) => {
    harness.answerJson(body);
    const answer = await harness.ask(server, harness.lister, message('tools/list'));
    expect([answer.status, answer.reason]).toEqual([502, reason]);
  }); // prettier-ignore
});

describe.each(DISTANCES)('caches at $hops', ({ server }) => {
  const shared = { tools: TOOLS, ttlMs: 60_000, cacheScope: 'public' };
  const scope = async (
    name: string,
    user: HarnessUser,
    method = 'tools/list',
    more: object = {},
  ): Promise<unknown> => {
    harness.answerJson(result({ ...shared, ...more }));
    const { body, headers } = modern(method);
    return (await harness.ask(name, user, body, headers)).json().result?.['cacheScope'];
  };

  it('may not share a list from which something is missing', async () => {
    expect(await scope(server, harness.lister)).toBe('private');
  });

  it('may not share a whole list of which others may see less', async () => {
    expect(await scope(server, harness.admin)).toBe('private');
    expect(await scope(server, harness.reader, 'resources/list', { resources: [] })).toBe('private');
  });

  it('may share what everybody may see, until anybody is denied anything', async () => {
    expect(await scope(`${server}-open`, harness.lister)).toBe('public');
    harness.policy('not-you', { effect: 'deny', subjects: ['user:mallory'], tools: ['delete_*'] });
    expect(await scope(`${server}-open`, harness.lister)).toBe('private');
    harness.remove('policy', 'not-you');
    expect(await scope(`${server}-open`, harness.lister)).toBe('public');
  });
});
