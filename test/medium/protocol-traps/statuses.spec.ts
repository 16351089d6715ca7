import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { tokenHash } from '#libs/contract';
import { freePort } from '../../../scripts/toolchain/free-port.mjs';
import {
  callOf,
  collected,
  message,
  modern,
  notification,
  path,
  send,
  type RawAnswer,
} from '../../support/relay/raw-client.js';
import type { RigGateway } from '../../support/relay/relay-rig.js';
import { JSON_TYPE, type Script } from '../../support/relay/scripted-server.js';
import { DISTANCES, TrapStage } from './trap-stage.js';

const BODY = '{"jsonrpc":"2.0","id":1,"error":{"code":-32001,"message":"own","data":1.0}}';
const PROBE = modern('server/discover');

let stage: TrapStage;

beforeAll(async () => {
  stage = await TrapStage.open({ timeouts: { responseMs: 300 } });
  const nowhere = `http://127.0.0.1:${await freePort()}`;
  stage.rig.put('gateway', 'gone', { name: 'gone', url: nowhere, hopUrl: null, labels: {} });
  stage.rig.server('dead-near', 'aws', `${nowhere}/mcp`);
  stage.rig.server('dead-far', 'azure', `${nowhere}/mcp`);
  stage.rig.server('behind-gone', 'gone', stage.upstream.url);
});
beforeEach(() => stage.reset());
afterAll(() => stage?.close());

const answers =
  (status: number, headers: Record<string, string> = {}): Script =>
  (_, response) =>
    void response.writeHead(status, headers).end();

/** Runs the work while a gateway has no snapshot. */
async function without<T>({ store }: RigGateway, work: () => Promise<T>): Promise<T> {
  const held = store as unknown as { snapshot: unknown };
  const { snapshot } = held;
  held.snapshot = null;
  try {
    return await work();
  } finally {
    held.snapshot = snapshot;
  }
}

describe.each(DISTANCES)('statuses at $hops', ({ server, gateways }) => {
  const last = (): RigGateway => stage.rig.gateway(gateways.at(-1) ?? '');

  it.each([400, 404, 405, 406, 409, 413, 415, 429, 500, 501, 503])(
    'trap 8: the status of the MCP server passes (%i)',
    async (status) => {
      const head = { ...JSON_TYPE, 'retry-after': '3' };
      stage.upstream.script = (_, response) => void response.writeHead(status, head).end(BODY);
      const answer = await stage.ask(server, callOf('get_mail'));
      expect([answer.status, answer.text]).toEqual([status, BODY]);
      expect(answer.headers).toMatchObject(head);
    },
  );

  it.each(['GET', 'DELETE'])(
    'trap 8: a method that the server does not offer is not a failure (%s)',
    async (method) => {
      stage.upstream.script = answers(405, { allow: 'POST' });
      const answer = await collected(await stage.begin(server, { method }));
      expect(answer).toMatchObject({ status: 405, text: '', headers: { allow: 'POST' } });
    },
  );

  it('trap 8: an accepted notification is answered with 202', async () => {
    stage.upstream.script = answers(202);
    const accepted = await stage.ask(server, notification('notifications/initialized'));
    expect(accepted).toMatchObject({ status: 202, text: '' });
    const response = await stage.ask(server, '{"jsonrpc":"2.0","id":4,"result":{}}');
    expect(response.status).toBe(202);
  });

  it.each<[string, Script, number, string]>([
    ['time-out', () => undefined, 504, 'upstream_timeout'],
    ['broken connection', (_, response) => void response.destroy(), 502, 'upstream_interrupted'],
    ['redirect', answers(308, { location: '/elsewhere' }), 502, 'upstream_redirect'],
    ['401 of the server', answers(401), 502, 'upstream_auth'],
    ['403 of the server', answers(403), 502, 'upstream_auth'],
  ])('trap 9: a failure behind the gateway does not make a probing client fall back to the legacy era (%s)', async (_, script, status, reason) => {
    stage.upstream.script = script;
    const answer = await stage.ask(server, PROBE.body, PROBE.headers);
    expect([answer.status, answer.reason]).toEqual([status, reason]);
  }); // prettier-ignore

  it('trap 9: a gateway without configuration does not look like a legacy server to a probing client', async () => {
    const probe = (): Promise<RawAnswer> => stage.ask(server, PROBE.body, PROBE.headers);
    const answer = await without(stage.rig.gateway('aws'), probe);
    expect([answer.status, answer.reason]).toEqual([503, 'config_missing']);
    expect((await without(last(), probe)).status).toBeGreaterThanOrEqual(502);
  });

  it('trap 9: a probe that cannot be audited is not refused with a 4xx', async () => {
    last().spool.full = true;
    const answer = await stage.ask(server, PROBE.body, PROBE.headers);
    expect([answer.status, answer.reason]).toEqual([503, 'audit_unavailable']);
  });

  it('trap 9: a server that is down does not look like one without the method', async () => {
    const answer = await stage.ask(`dead-${server}`, PROBE.body, PROBE.headers);
    expect([answer.status, answer.reason]).toEqual([502, 'upstream_unreachable']);
  });

  it("trap 11: the server's own challenge never reaches the agent", async () => {
    const challenge = 'Bearer resource_metadata="https://evil.example.com/meta"';
    stage.upstream.script = answers(401, { 'www-authenticate': challenge });
    const answer = await stage.ask(server, callOf('get_mail'));
    expect([answer.status, answer.reason]).toEqual([502, 'upstream_auth']);
    expect(answer.headers['www-authenticate']).toBeUndefined();
    expect(answer.text).not.toContain('evil');
  });

  it('trap 11: a challenge points to the gateway that was asked', async () => {
    const { url } = stage.rig.gateway('aws');
    const challenge = `Bearer resource_metadata="${url}/.well-known/oauth-protected-resource${path(server)}", scope="mcp:use"`;
    const anonymous = await send(url, { path: path(server), body: message('ping') });
    expect([anonymous.status, anonymous.headers['www-authenticate']]).toEqual([401, challenge]);
    const erin = stage.rig.user(`erin-${server}`);
    stage.rig.policy('erin', { subjects: [`user:${erin.name}`] });
    last().store.revoke([{ hash: tokenHash(erin.token), until: null }]);
    const revoked = await stage.ask(server, message('ping'), [], erin);
    expect(revoked.headers['www-authenticate']).toBe(`${challenge}, error="invalid_token"`);
  });
});

it('trap 9: a remote gateway that is down does not look like a legacy server to a probing client', async () => {
  const answer = await stage.ask('behind-gone', PROBE.body, PROBE.headers);
  expect([answer.status, answer.reason]).toEqual([502, 'remote_gateway_unreachable']);
});
