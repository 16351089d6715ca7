import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callOf, message } from '../../support/relay/raw-client.js';
import { JSON_TYPE, result, SSE_TYPE } from '../../support/relay/scripted-server.js';
import { DISTANCES, ListStage } from './list-stage.js';

let stage: ListStage;
beforeAll(async () => {
  stage = await ListStage.start();
});
afterAll(() => stage?.stop());

const TOOLS = [{ name: 'get_mail' }, { name: 'delete_all' }];
const progress = 'data: {"jsonrpc":"2.0","method":"notifications/progress","params":{"progress":1}}\n\n';

/** Two requests of one session have the same id, and the MCP server takes the answer of one for that of the other. */
const MIXED_UP: [string, Record<string, string>, string][] = [
  ['in JSON', JSON_TYPE, result({ tools: TOOLS })],
  ['in an event', SSE_TYPE, `${progress}id: 2\ndata: ${result({ tools: TOOLS })}\n\n`],
  ['behind other members', JSON_TYPE, result({ nextCursor: 'x', resources: [{ uri: 'a:delete_all' }] })],
];

describe.each(DISTANCES)('lists that nobody asked for at $hops', ({ server }) => {
  it.each(MIXED_UP)('show hidden items as the answer to a call (%s)', async (_, head, body) => {
    stage.upstream.script = (_request, response) => void response.writeHead(200, head).end(body);
    const seen = await stage.ask(server, stage.lister, callOf('get_mail'));
    expect(seen.text).not.toContain('delete_all');
    expect([seen.status, seen.cut]).toEqual(head === SSE_TYPE ? [200, true] : [502, false]);
    expect((await stage.ask(server, stage.admin, callOf('get_mail'))).text).toBe(body);
  });

  it('show what a policy hides since the head of the answer', async () => {
    const user = stage.rig.user('late');
    const subjects = ['user:late'];
    for (const begins of [null, ['get_*', 'delete_*']]) {
      stage.rig.policy('late', { subjects, tools: begins });
      stage.upstream.script = (_request, response) => {
        response.writeHead(200, JSON_TYPE).flushHeaders();
        stage.rig.policy('late', { subjects, tools: ['get_*'] });
        setTimeout(() => response.end(result({ tools: TOOLS })), 100);
      };
      const seen = await stage.ask(server, user, message('tools/list'));
      expect(seen.text).not.toContain('delete_all');
    }
  });

  it.each([404, 405, 429])(
    'make a failure of the gateway out of status %i with a body that is no JSON',
    async (status) => {
      stage.upstream.script = (_, response) =>
        void response.writeHead(status, JSON_TYPE).end('Session not found');
      for (const method of ['tools/list', 'prompts/list'])
        expect((await stage.ask(server, stage.lister, message(method))).status).toBe(status);
    },
  );
});
