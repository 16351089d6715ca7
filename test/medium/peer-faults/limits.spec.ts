import type { IncomingMessage } from 'node:http';
import { register } from 'prom-client';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  bearer,
  callOf,
  JSON_HEADERS,
  modern,
  open,
  path,
  post,
  type RawAnswer,
} from '../../support/relay/raw-client.js';
import { until, type HarnessUser } from '../../support/relay/gateway-harness.js';
import {
  answerJson,
  SSE_TYPE,
  startScriptedServer,
  type ScriptedServer,
} from '../../support/relay/scripted-server.js';
import { expectFault, PeerFaultHarness } from './peer-fault-harness.js';

const LIMITS = { maxRequestsPerServer: 2, maxRequestsPerHop: 3, maxStreamsPerServer: 1, maxStreamsPerHop: 2 };
const PATIENCE = { timeout: 20_000 };
const listen = modern('subscriptions/listen', { notifications: { toolsListChanged: true } });

const refused = (answer: RawAnswer, name: string, hop: string): void => {
  expectFault(answer, name, {
    status: 503,
    reason: 'overloaded',
    hop,
    proxyStatus: 'connection_limit_reached',
  });
  expect(answer.headers['retry-after']).toBe('1');
  expect(answer.json().error?.data['retryable']).toBe(true);
};

describe('limits of requests under way', () => {
  let harness: PeerFaultHarness;
  let alice: HarnessUser;
  let others: HarnessUser[];
  let server: ScriptedServer;
  /** Ends what this case has left open. */
  let release: (() => void)[];

  beforeAll(async () => {
    harness = await PeerFaultHarness.startWith(LIMITS, 'aws', 'gcp', 'azure');
    server = harness.owns(await startScriptedServer());
    ({ alice } = harness);
    others = ['bob', 'carol', 'dave'].map((name) => harness.user(name));
    for (const name of ['one', 'two', 'three']) harness.server(name, 'azure', server.url);
  });
  beforeEach(() => {
    release = [];
    server.seen.length = 0;
    server.script = (_, response) => void release.push(() => response.end());
    harness.forget();
  });
  afterAll(() => harness?.stop());

  const start = (gateway: string, name: string, given: { method?: string; headers?: string[]; body?: string }, user = alice): Promise<IncomingMessage> =>
    open(harness.gateway(gateway).url, { path: path(name), ...given, headers: [...bearer(user), ...JSON_HEADERS, ...(given.headers ?? [])] });

  /** Makes calls that the MCP server leaves unanswered, one after the other as they arrive there, each of another user. */
  async function hang(...calls: [gateway: string, server: string][]): Promise<void> {
    for (const [i, [gateway, name]] of calls.entries()) {
      const before = server.seen.length;
      void start(gateway, name, { body: callOf('get_mail') }, others[i]).then((response) => response.resume());
      await until(() => server.seen.length === before + 1);
    }
  }

  async function letGo(): Promise<void> {
    for (const one of release) one();
    server.script = answerJson({ content: [] });
    await until(() => server.seen.length >= release.length);
  }

  /** Calls until nothing is refused any more. */
  const servedAgain = async (gateway: string, name: string): Promise<void> => {
    await expect.poll(() => harness.call(gateway, name).then(({ status }) => status), PATIENCE).toBe(200);
  };

  it('a call beyond the limit of an MCP server is refused, calls to its neighbours are not, and places become free again', async () => {
    await hang(['azure', 'one'], ['azure', 'one']);
    harness.forget();
    refused(await harness.call('azure', 'one'), 'one', 'azure->one');
    expect(server.seen).toHaveLength(2);
    expect(await harness.record('azure')).toMatchObject({ status: 'error', reason: 'overloaded', hop: 'azure->one' });
    expect(harness.gateway('azure').parts.some(({ phase }) => phase === 'intent')).toBe(false);
    expect(await register.metrics()).toMatch(/mcp_requests_total\{server="one",.*gateway="azure",.*status="error",reason="overloaded".*\} 1\n/);
    server.script = answerJson({ content: [] });
    expect((await harness.call('azure', 'two')).status).toBe(200);
    await letGo();
    await servedAgain('azure', 'one');
  });

  it('a call beyond the limit of a hop is refused, and other ways stay open', async () => {
    await hang(['aws', 'one'], ['aws', 'one'], ['aws', 'two']);
    harness.forget();
    refused(await harness.call('aws', 'three'), 'three', 'aws->azure');
    expect(await harness.record('aws')).toMatchObject({ status: 'error', reason: 'overloaded', hop: 'aws->azure' });
    server.script = answerJson({ content: [] });
    expect((await harness.call('gcp', 'three')).status).toBe(200);
    await letGo();
    await servedAgain('aws', 'three');
  });

  it('of a call beyond a limit of the handling gateway, both gateways say whose limit it is', async () => {
    await hang(['aws', 'one'], ['gcp', 'one']);
    harness.forget();
    refused(await harness.call('aws', 'one'), 'one', 'azure->one');
    expect(await harness.record('aws', 'azure')).toMatchObject({ status: 'error', reason: 'overloaded', hop: 'azure->one' });
    await letGo();
    await servedAgain('aws', 'one');
  });

  it.each([
    ['a GET stream', { method: 'GET' }],
    ['a listen stream', { headers: listen.headers, body: listen.body }],
  ])('%s counts as a stream and not as a call', async (_, given) => {
    server.script = ({ method, body }, response) =>
      method === 'GET' || body.includes('listen')
        ? void response.writeHead(200, SSE_TYPE).write(': here\n\n')
        : answerJson({ content: [] })(server.seen[0]!, response);
    const stream = await start('azure', 'one', given);
    expect(stream.statusCode).toBe(200);
    const second = await start('azure', 'one', given);
    expect([second.statusCode, second.headers['retry-after']]).toEqual([503, '1']);
    second.resume();
    for (let i = 0; i < 3; i++) expect((await harness.call('azure', 'one')).status).toBe(200);
    stream.destroy();
    await expect.poll(async () => {
      const again = await start('azure', 'one', given);
      again.destroy();
      return again.statusCode;
    }, PATIENCE).toBe(200);
    await until(() => server.seen.at(-1)?.aborted === true);
  });

  it('a call that is given up, fails, or is refused by the spool frees its place', async () => {
    for (let i = 0; i < 3; i++) {
      const given = start('azure', 'one', { body: callOf('get_mail') }).catch(() => null);
      await until(() => server.seen.length === i + 1);
      harness.gateway('azure').app.getHttpServer().closeAllConnections();
      expect(await given).toBeNull();
      await until(() => server.seen[i]?.aborted === true);
    }
    server.script = (_, response) => void response.destroy();
    for (let i = 0; i < 3; i++) expect((await harness.call('azure', 'one')).reason).toBe('upstream_interrupted');
    harness.gateway('azure').spool.full = true;
    for (let i = 0; i < 3; i++) expect((await harness.call('azure', 'one')).reason).toBe('audit_unavailable');
    harness.gateway('azure').spool.full = false;
    server.script = answerJson({ content: [] });
    expect((await harness.call('azure', 'one')).status).toBe(200);
  });

  it('an agent that keeps calling while it is refused is not throttled for bad credentials', async () => {
    await hang(['aws', 'one'], ['gcp', 'one']);
    const answers = await Promise.all(Array.from({ length: 60 }, () => harness.call('aws', 'one')));
    expect(new Set(answers.map(({ reason }) => reason))).toEqual(new Set(['overloaded']));
    await letGo();
    await servedAgain('aws', 'one');
  });
}); // prettier-ignore

describe('shares of a limit', () => {
  const MOST = 20;
  let harness: PeerFaultHarness;
  let server: ScriptedServer;
  let mallory: HarnessUser;

  beforeAll(async () => {
    harness = await PeerFaultHarness.startWith({ maxRequestsPerServer: MOST, maxRequestsPerHop: MOST }, 'aws', 'azure');
    server = harness.owns(await startScriptedServer());
    mallory = harness.user('mallory');
    harness.server('one', 'azure', server.url);
  });
  afterAll(() => harness?.stop());

  it.each([
    ['here', 'azure', 'azure->one'],
    ['behind a hop', 'aws', 'aws->azure'],
  ])("one user's hanging calls do not keep a server %s from the others", async (_, gateway, hop) => {
    server.seen.length = 0;
    server.script = () => undefined;
    const headers = [...bearer(mallory), ...JSON_HEADERS];
    const attack = Array.from({ length: 3 * MOST }, () =>
      open(harness.gateway(gateway).url, { path: path('one'), headers, body: callOf('get_mail') }).then(
        (response) => response.resume().headers, () => null,
      ),
    );
    await until(() => server.seen.length === MOST / 2);
    const refusals = await Promise.race([attack.at(-1)!, attack[0]!]);
    expect(refusals).toMatchObject({ 'retry-after': '1' });
    server.script = answerJson({ content: [] });
    for (let i = 0; i < 5; i++) expect((await harness.call(gateway, 'one')).status).toBe(200);
    const own = await post(harness, gateway, 'one', mallory, callOf('get_mail', 'x-1'));
    expectFault(own, 'one', { status: 503, reason: 'principal_limit_reached', hop, proxyStatus: 'connection_limit_reached' });
    harness.gateway(gateway).app.getHttpServer().closeAllConnections();
    await until(() => server.seen.slice(0, MOST / 2).every(({ aborted }) => aborted));
  });
}); // prettier-ignore
