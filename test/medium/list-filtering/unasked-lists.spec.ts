import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callOf, message } from '../../support/relay/raw-client.js';
import { JSON_TYPE, result, SSE_TYPE } from '../../support/relay/scripted-server.js';
import { DISTANCES } from '../../support/relay/scripted-harness.js';
import { ListHarness } from './list-harness.js';

let harness: ListHarness;
beforeAll(async () => {
  harness = await ListHarness.start();
});
afterAll(() => harness?.stop());

const TOOLS = [{ name: 'get_mail' }, { name: 'delete_all' }];
const progress = 'data: {"jsonrpc":"2.0","method":"notifications/progress","params":{"progress":1}}\n\n';

/** Two requests of one session have the same id, and the MCP server mixes up their answers. */
const MIXED_UP: [string, Record<string, string>, string][] = [
  ['in JSON', JSON_TYPE, result({ tools: TOOLS })],
  ['in an event', SSE_TYPE, `${progress}id: 2\ndata: ${result({ tools: TOOLS })}\n\n`],
  ['behind other members', JSON_TYPE, result({ nextCursor: 'x', resources: [{ uri: 'a:delete_all' }] })],
];

describe.each(DISTANCES)('lists where nobody expects them, at $hops', ({ server }) => {
  it.each(MIXED_UP)('hidden items never show in the answer to a call (%s)', async (_, head, body) => {
    harness.upstream.script = (_request, response) => void response.writeHead(200, head).end(body);
    const seen = await harness.ask(server, harness.lister, callOf('get_mail'));
    expect(seen.text).not.toContain('delete_all');
    expect([seen.status, seen.cut]).toEqual(head === SSE_TYPE ? [200, true] : [502, false]);
    expect((await harness.ask(server, harness.admin, callOf('get_mail'))).text).toBe(body);
  });

  it('what a policy hides after the head of the answer does not show', async () => {
    const user = harness.user('late');
    const subjects = ['user:late'];
    for (const begins of [null, ['get_*', 'delete_*']]) {
      harness.policy('late', { subjects, tools: begins });
      harness.upstream.script = (_request, response) => {
        response.writeHead(200, JSON_TYPE).flushHeaders();
        harness.policy('late', { subjects, tools: ['get_*'] });
        setTimeout(() => response.end(result({ tools: TOOLS })), 100);
      };
      const seen = await harness.ask(server, user, message('tools/list'));
      expect(seen.text).not.toContain('delete_all');
    }
  });

  it.each([404, 405, 429])(
    'the status %i of the MCP server passes even if its body is not JSON',
    async (status) => {
      harness.upstream.script = (_, response) =>
        void response.writeHead(status, JSON_TYPE).end('Session not found');
      for (const method of ['tools/list', 'prompts/list'])
        expect((await harness.ask(server, harness.lister, message(method))).status).toBe(status);
    },
  );
});
