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
import type { HarnessGateway } from '../../support/relay/gateway-harness.js';
import { JSON_TYPE, type Script } from '../../support/relay/scripted-server.js';
import { DISTANCES } from '../../support/relay/scripted-harness.js';
import { TrapHarness } from './trap-harness.js';

const BODY = '{"jsonrpc":"2.0","id":1,"error":{"code":-32001,"message":"own","data":1.0}}';
const PROBE = modern('server/discover');

let harness: TrapHarness;

beforeAll(async () => {
  harness = await TrapHarness.start({ timeouts: { responseMs: 300 } });
  const nowhere = `http://127.0.0.1:${await freePort()}`;
  harness.register('gone', nowhere);
  harness.server('dead-near', 'aws', `${nowhere}/mcp`);
  harness.server('dead-far', 'azure', `${nowhere}/mcp`);
  harness.server('behind-gone', 'gone', harness.upstream.url);
});
beforeEach(() => harness.reset());
afterAll(() => harness?.stop());

const answers =
  (status: number, headers: Record<string, string> = {}): Script =>
  (_, response) =>
    void response.writeHead(status, headers).end();

/** Runs the work while a gateway has no snapshot. */
async function without<T>({ store }: HarnessGateway, work: () => Promise<T>): Promise<T> {
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
  const last = (): HarnessGateway => harness.gateway(gateways.at(-1) ?? '');

  it.each([400, 404, 405, 406, 409, 413, 415, 429, 500, 501, 503])(
    'trap 8: the status of the MCP server passes (%i)',
    async (status) => {
      const head = { ...JSON_TYPE, 'retry-after': '3' };
      harness.upstream.script = (_, response) => void response.writeHead(status, head).end(BODY);
      const answer = await harness.ask(server, callOf('get_mail'));
      expect([answer.status, answer.text]).toEqual([status, BODY]);
      expect(answer.headers).toMatchObject(head);
    },
  );

  it.each(['GET', 'DELETE'])(
    'trap 8: a method that the server does not offer is not a failure (%s)',
    async (method) => {
      harness.upstream.script = answers(405, { allow: 'POST' });
      const answer = await collected(await harness.begin(server, { method }));
      expect(answer).toMatchObject({ status: 405, text: '', headers: { allow: 'POST' } });
    },
  );

  it('trap 8: an accepted notification is answered with 202', async () => {
    harness.upstream.script = answers(202);
    const accepted = await harness.ask(server, notification('notifications/initialized'));
    expect(accepted).toMatchObject({ status: 202, text: '' });
    const response = await harness.ask(server, '{"jsonrpc":"2.0","id":4,"result":{}}');
    expect(response.status).toBe(202);
  });

  it.each<[string, Script, number, string]>([
    ['time-out', () => undefined, 504, 'upstream_timeout'],
    ['broken connection', (_, response) => void response.destroy(), 502, 'upstream_interrupted'],
    ['redirect', answers(308, { location: '/elsewhere' }), 502, 'upstream_redirect'],
    ['401 of the server', answers(401), 502, 'upstream_auth'],
    ['403 of the server', answers(403), 502, 'upstream_auth'],
  ])('trap 9: a failure behind the gateway does not make a probing client fall back to the legacy era (%s)', async (_, script, status, reason) => {
    harness.upstream.script = script;
    const answer = await harness.ask(server, PROBE.body, PROBE.headers);
    expect([answer.status, answer.reason]).toEqual([status, reason]);
  }); // prettier-ignore

  it('trap 9: a gateway without configuration does not look like a legacy server to a probing client', async () => {
    const probe = (): Promise<RawAnswer> => harness.ask(server, PROBE.body, PROBE.headers);
    const answer = await without(harness.gateway('aws'), probe);
    expect([answer.status, answer.reason]).toEqual([503, 'config_missing']);
    expect((await without(last(), probe)).status).toBeGreaterThanOrEqual(502);
  });

  it('trap 9: a probe that cannot be audited is not refused with a 4xx', async () => {
    last().spool.full = true;
    const answer = await harness.ask(server, PROBE.body, PROBE.headers);
    expect([answer.status, answer.reason]).toEqual([503, 'audit_unavailable']);
  });

  it('trap 9: a server that is down does not look like one without the method', async () => {
    const answer = await harness.ask(`dead-${server}`, PROBE.body, PROBE.headers);
    expect([answer.status, answer.reason]).toEqual([502, 'upstream_unreachable']);
  });

  it("trap 11: the server's own challenge never reaches the agent", async () => {
    const challenge = 'Bearer resource_metadata="https://evil.example.com/meta"';
    harness.upstream.script = answers(401, { 'www-authenticate': challenge });
    const answer = await harness.ask(server, callOf('get_mail'));
    expect([answer.status, answer.reason]).toEqual([502, 'upstream_auth']);
    expect(answer.headers['www-authenticate']).toBeUndefined();
    expect(answer.text).not.toContain('evil');
  });

  it('trap 11: a challenge points to the gateway that was asked', async () => {
    const { url } = harness.gateway('aws');
    const challenge = `Bearer resource_metadata="${url}/.well-known/oauth-protected-resource${path(server)}", scope="mcp:use"`;
    const anonymous = await send(url, { path: path(server), body: message('ping') });
    expect([anonymous.status, anonymous.headers['www-authenticate']]).toEqual([401, challenge]);
    const erin = harness.user(`erin-${server}`);
    harness.policy('erin', { subjects: [`user:${erin.name}`] });
    last().store.revoke([{ hash: tokenHash(erin.token), until: null }]);
    const revoked = await harness.ask(server, message('ping'), [], erin);
    expect(revoked.headers['www-authenticate']).toBe(`${challenge}, error="invalid_token"`);
  });
});

it('trap 9: a remote gateway that is down does not look like a legacy server to a probing client', async () => {
  const answer = await harness.ask('behind-gone', PROBE.body, PROBE.headers);
  expect([answer.status, answer.reason]).toEqual([502, 'remote_gateway_unreachable']);
});
