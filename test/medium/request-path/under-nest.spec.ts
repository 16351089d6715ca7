import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditPart } from '#libs/contract';
import { Drain } from '../../../apps/federation/src/gateway/endpoint/drain.js';
import { GatewayHarness, type HarnessUser } from '../../support/relay/gateway-harness.js';
import {
  bearer,
  callOf,
  JSON_HEADERS,
  message,
  notification,
  path,
  send,
  type RawAnswer,
  type RawRequest,
} from '../../support/relay/raw-client.js';
import {
  answerJson,
  SSE_TYPE,
  startScriptedServer,
  type ScriptedServer,
} from '../../support/relay/scripted-server.js';

/** Two federations that differ in nothing but in who runs the stages. */
interface Federation {
  harness: GatewayHarness;
  upstream: ScriptedServer;
  alice: HarnessUser;
}

async function start(isUnderNest: boolean): Promise<Federation> {
  const harness = await GatewayHarness.with({ isUnderNest }, 'aws', 'azure');
  const upstream = await startScriptedServer();
  harness.server('near', 'aws', upstream.url);
  harness.server('far', 'azure', upstream.url);
  harness.policy('mail', { servers: ['near', 'far'], tools: ['get_*'] });
  return { harness, upstream, alice: harness.user('alice@example.com') };
}

/** What differs from run to run: ids, times, ports and dates. */
const blank = (text: string): string =>
  text
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'id')
    .replace(/dur=[\d.]+/g, 'dur=0')
    .replace(/127\.0\.0\.1:\d+/g, 'host');

function seen({ status, headers, text, cut }: RawAnswer): unknown {
  const { date: _, ...rest } = headers;
  const fields = Object.entries(rest).map(([name, value]) => [name, blank(String(value))]);
  return { status, headers: Object.fromEntries(fields) as unknown, text: blank(text), cut };
}

const VARYING = new Set(['requestId', 'timestamp', 'traceId', 'totalMs', 'nextHopMs', 'gatewayHost']);
const HOSTS = new Set(['handlingGateway', 'entryGateway']);

const recorded = (parts: readonly AuditPart[]): unknown =>
  parts.map((part) =>
    Object.fromEntries(
      Object.entries(part)
        .filter(([name]) => !VARYING.has(name))
        .map(([name, value]) => [name, HOSTS.has(name) && value !== null ? 'host' : value]),
    ),
  );

/** What an agent gets, and what both gateways record, for one request. */
async function outcomeOf({ harness, alice }: Federation, request: (user: HarnessUser) => RawRequest) {
  const all = [...harness.gateways.values()].map(({ parts }) => parts);
  const before = all.map((parts) => parts.length);
  const answer = await send(harness.gateway('aws').url, request(alice));
  // A request is accounted for when its response has closed, a moment after the agent has it.
  for (const { app } of harness.gateways.values()) await app.get(Drain, { strict: false }).whenIdle(2000);
  return { answer: seen(answer), records: all.map((parts, i) => recorded(parts.slice(before[i]))) };
}

const post =
  (server: string, body: string | Buffer, ...more: string[]) =>
  (user: HarnessUser) => ({
    path: path(server),
    headers: [...bearer(user), ...JSON_HEADERS, ...more],
    body,
  });

describe('the stages run by the pipeline, and by the router of Nest', () => {
  let lean: Federation;
  let nest: Federation;

  beforeAll(async () => {
    lean = await start(false);
    nest = await start(true);
    for (const { upstream } of [lean, nest])
      upstream.script = (request, response) => {
        if (request.method === 'GET') response.writeHead(200, SSE_TYPE).end('data: {"a":1}\n\n');
        else if (request.method === 'DELETE') response.writeHead(405, { allow: 'GET, POST' }).end();
        else if (request.body.includes('notifications/')) response.writeHead(202).end();
        else answerJson({ content: [] })(request, response);
      };
  });
  afterAll(async () => {
    for (const { harness, upstream } of [lean, nest]) {
      await harness.stop();
      await upstream.close();
    }
  });

  it.each<[string, (user: HarnessUser) => RawRequest]>([
    ['a call that is served here', post('near', callOf('get_mail'))],
    ['a call over a hop', post('far', callOf('get_mail'))],
    ['a notification', post('near', notification('notifications/initialized'))],
    ['a stream of events', (user) => ({ method: 'GET', path: path('far'), headers: bearer(user) })],
    ['the end of a session', (user) => ({ method: 'DELETE', path: path('near'), headers: bearer(user) })],
    ['no token', () => ({ path: path('near'), headers: JSON_HEADERS, body: callOf('get_mail') })],
    ['a token that nobody issued', () => ({ path: path('near'), headers: ['Authorization', 'Bearer cwy_x', ...JSON_HEADERS], body: callOf('get_mail') })],
    ['a server that does not exist', post('nowhere', callOf('get_mail'))],
    ['a tool that is denied', post('far', callOf('send_mail'))],
    ['a method that is denied', post('near', message('prompts/list'))],
    ['a body that is not JSON', post('near', '{')],
    ['a batch', post('near', '[]')],
    ['a body that is too large', post('near', Buffer.alloc(4 * 1024 * 1024 + 1, 0x20))],
    ['another media type', (user) => ({ path: path('near'), headers: [...bearer(user), 'Content-Type', 'text/plain'], body: 'x' })],
    ['a header that contradicts the body', post('near', callOf('get_mail'), 'Mcp-Method', 'tools/list')],
    ['a hop context that is forged', post('near', callOf('get_mail'), 'Causeway-Hop', 'a.b.c')],
    ['a foreign origin', post('near', callOf('get_mail'), 'Origin', 'https://evil.example.com')],
    ['a method that MCP does not know', (user) => ({ method: 'PUT', path: path('near'), headers: bearer(user) })],
    ['a path that is no endpoint', (user) => ({ path: '/nowhere', headers: bearer(user) })],
  ])('treat %s alike: the same answer, and the same audit', async (_, request) => {
    const [ofLean, ofNest] = [await outcomeOf(lean, request), await outcomeOf(nest, request)];
    expect(ofNest).toEqual(ofLean);
  });

  it('treat a server that is not reachable alike', async () => {
    for (const { harness } of [lean, nest]) harness.server('gone', 'azure', 'http://127.0.0.1:1/mcp');
    for (const { harness } of [lean, nest]) harness.policy('gone', { servers: ['gone'] });
    const request = post('gone', callOf('get_mail'));
    expect(await outcomeOf(nest, request)).toEqual(await outcomeOf(lean, request));
  });
}); // prettier-ignore
