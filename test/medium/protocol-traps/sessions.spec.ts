import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { callOf, collected, message } from '../../support/relay/raw-client.js';
import { JSON_TYPE, result, SSE_TYPE } from '../../support/relay/scripted-server.js';
import { DISTANCES } from '../../support/relay/scripted-harness.js';
import { TrapHarness } from './trap-harness.js';

const INITIALIZE = message('initialize', { protocolVersion: '2025-11-25', capabilities: {} });
const LIST = message('tools/list');

let harness: TrapHarness;
/** The same gateways once more, with the keys that replicas share. */
let replicas: TrapHarness;

beforeAll(async () => {
  harness = await TrapHarness.start();
  harness.server('other', 'azure', harness.upstream.url);
  replicas = await TrapHarness.start();
  replicas.server('near', 'aws', harness.upstream.url);
  replicas.server('far', 'azure', harness.upstream.url);
});
beforeEach(() => {
  harness.reset();
  harness.upstream.script = ({ headers, method }, response) => {
    if (headers['mcp-session-id'] === undefined)
      return void response.writeHead(200, { ...JSON_TYPE, 'mcp-session-id': 'S-1' }).end(result({}));
    if (method === 'GET') return void response.writeHead(200, SSE_TYPE).end('id: 7\ndata:\n\n');
    return void response.writeHead(200, JSON_TYPE).end(result({}));
  };
});
afterAll(async () => {
  await harness?.stop();
  await replicas?.stop();
});

/** The session id that the agent gets. */
const initialize = async (server: string): Promise<string> =>
  String((await harness.ask(server, INITIALIZE)).headers['mcp-session-id']);

/** The session ids that reached the MCP server after `initialize`. */
const arrived = (): unknown[] =>
  harness.upstream.seen.slice(1).map(({ headers }) => headers['mcp-session-id']);

describe.each(DISTANCES)('sessions at $hops', ({ server }) => {
  it.each(['POST', 'GET', 'DELETE'])(
    'trap 7: the server gets the session id that it gave (%s)',
    async (method) => {
      const headers = ['Mcp-Session-Id', await initialize(server), 'MCP-Protocol-Version', '2025-11-25'];
      const given = { method, headers, ...(method === 'POST' ? { body: LIST } : {}) };
      const answer = await collected(await harness.begin(server, given));
      expect(answer.status).toBe(200);
      expect(arrived()).toEqual(['S-1']);
    },
  );

  it.each([
    ['another user sends it', (id: string) => id, 'bob'],
    ["the server's own id is guessed", () => 'S-1', 'alice'],
    ['its binding is cut off', () => 'S-1~', 'alice'],
    ['it is put on another session', (id: string) => id.replace('S-1', 'S-2'), 'alice'],
    ['it is made longer', (id: string) => `${id}A`, 'alice'],
  ] as const)('trap 7: a session id opens nothing for another user (%s)', async (_, forge, who) => {
    const forged = forge(await initialize(server));
    const answer = await harness.ask(server, LIST, ['Mcp-Session-Id', forged], harness[who]);
    expect([answer.status, answer.reason]).toEqual([404, 'session_unknown']);
    expect(arrived()).toEqual([]);
  });

  it.each(['POST', 'GET', 'DELETE'])('trap 7: every replica knows a session (%s)', async (method) => {
    const headers = ['Mcp-Session-Id', await initialize(server)];
    const given = { method, headers, ...(method === 'POST' ? { body: LIST } : {}) };
    expect((await collected(await replicas.begin(server, given))).status).toBe(200);
    expect(arrived()).toEqual(['S-1']);
  });

  it('trap 7: a session id of one server opens nothing at another', async () => {
    const answer = await harness.ask('other', LIST, ['Mcp-Session-Id', await initialize(server)]);
    expect([answer.status, answer.reason]).toEqual([404, 'session_unknown']);
    expect(arrived()).toEqual([]);
  });

  it('trap 7: a session that has ended at the server makes the agent begin a new one', async () => {
    const id = await initialize(server);
    harness.upstream.script = (_, response) => void response.writeHead(404).end();
    expect((await harness.ask(server, LIST, ['Mcp-Session-Id', id])).status).toBe(404);
  });

  it('trap 7: a stream can be resumed where it broke', async () => {
    const headers = ['Mcp-Session-Id', await initialize(server), 'Last-Event-ID', 'e 6'];
    const answer = await collected(await harness.begin(server, { method: 'GET', headers }));
    expect(harness.upstream.seen[1]).toMatchObject({ method: 'GET', headers: { 'last-event-id': 'e 6' } });
    expect(answer.text).toBe('id: 7\ndata:\n\n');
  });

  it('trap 7: a stateless server gets no session', async () => {
    harness.upstream.script = (_, response) => void response.writeHead(200, JSON_TYPE).end(result({}));
    expect((await harness.ask(server, callOf('get_mail'))).headers['mcp-session-id']).toBeUndefined();
    expect(harness.upstream.seen[0]?.headers['mcp-session-id']).toBeUndefined();
  });
});
