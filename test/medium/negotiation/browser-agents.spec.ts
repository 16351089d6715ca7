import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { endpoint } from '../../support/mcp-clients.js';
import { bearer, JSON_HEADERS, message, path, send } from '../../support/relay/raw-client.js';
import type { HarnessUser } from '../../support/relay/gateway-harness.js';
import { JSON_TYPE, result } from '../../support/relay/scripted-server.js';
import { browserFetch } from './browser-fetch.js';
import { ERA_NAMES, ERAS, slugOf } from './eras.js';
import { MODE_NAMES, negotiate, reasonIn } from './modes.js';
import { FAILURE_MODES } from './failure-modes.js';
import { NegotiationHarness } from './negotiation-harness.js';

const PAGE = 'https://app.example.com';
const GATEWAYS = ['aws', 'azure'] as const;

describe('an agent in a browser', () => {
  let harness: NegotiationHarness;
  let alice: HarnessUser;
  const at = (gateway: string): string => harness.gateway(gateway).url;

  beforeAll(async () => {
    // A client that finds these two believes that it runs in a browser, where a refused preflight looks like an outage.
    vi.stubGlobal('window', {});
    vi.stubGlobal('document', {});
    harness = await NegotiationHarness.start();
    alice = harness.users.get('alice') as HarnessUser;
    for (const era of ERA_NAMES) {
      const server = harness.owns(await ERAS[era]());
      harness.server(slugOf(era), 'azure', server.url);
    }
  });
  beforeEach(() => {
    harness.unwell.script = (_, response) => void response.writeHead(200, JSON_TYPE).end(result({}));
  });
  afterAll(async () => {
    vi.unstubAllGlobals();
    await harness?.stop();
  });

  const cases = ERA_NAMES.flatMap((era) => MODE_NAMES.map((mode) => ({ era, mode })));

  it.each(cases)('negotiates as it does outside of a browser: $mode, $era', async ({ era, mode }) => {
    const url = endpoint(at('aws'), slugOf(era));
    const outside = await negotiate(mode, url, alice.token);
    expect(await negotiate(mode, url, alice.token, 20_000, browserFetch(PAGE))).toEqual(outside);
  });

  it.each(FAILURE_MODES)('can read why it is refused: $name', async (failure) => {
    const undo = failure.enter?.(harness);
    const url = endpoint(at(failure.at ?? 'aws'), failure.server ?? 'both');
    const token = harness.tokenOf(failure.as ?? 'alice');
    const outcome = await negotiate('auto', url, token, 20_000, browserFetch(PAGE));
    undo?.();
    expect(outcome).toMatchObject({
      connected: null,
      posts: [expect.stringMatching(/^server\/discover \d/)],
    });
    expect(reasonIn(outcome.error)).toBe(failure.reason);
  });

  it.each(GATEWAYS)(
    'can read where to log in, how long to wait and the request id, at %s',
    async (gateway) => {
      const url = endpoint(at(gateway), 'unwell');
      const init = { method: 'POST', body: message('ping'), headers: { 'content-type': 'application/json' } };
      const anonymous = await browserFetch(PAGE)(url, init);
      expect(anonymous.headers.get('www-authenticate')).toContain('resource_metadata="');
      harness.unwell.script = (_, response) => void response.writeHead(503, { 'retry-after': '7' }).end();
      const headers = { ...init.headers, authorization: `Bearer ${alice.token}` };
      const busy = await browserFetch(PAGE)(url, { ...init, headers });
      expect([busy.status, busy.headers.get('retry-after')]).toEqual([503, '7']);
      expect(busy.headers.get('causeway-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    },
  );

  it.each([
    ['a repeated header', ['Mcp-Method', 'a', 'Mcp-Method', 'b'], 400],
    ['another host', ['Host', 'evil.example.com'], 421],
    ['another media type', ['Content-Type', 'text/plain'], 415],
    ['a compressed body', ['Content-Encoding', 'gzip'], 415],
  ])('can read the refusal of %s', async (_, odd, status) => {
    const headers = ['Origin', PAGE, ...bearer(alice), ...odd, ...(status === 415 ? [] : JSON_HEADERS)];
    const answer = await send(at('aws'), { path: path('both'), headers, body: message('ping') });
    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([status, PAGE]);
  });

  it('can read that there is no such route or method', async () => {
    const lost = await send(at('aws'), { path: '/mcp', headers: ['Origin', PAGE], body: '{}' });
    expect([lost.status, lost.headers['access-control-allow-origin']]).toEqual([404, PAGE]);
    const put = await send(at('aws'), { method: 'PUT', path: path('both'), headers: ['Origin', PAGE] });
    expect([put.status, put.headers['access-control-allow-origin']]).toEqual([405, PAGE]);
  });

  it('can read the metadata of a protected resource from any origin, with the headers that it always sends', async () => {
    const document = new URL(`/.well-known/oauth-protected-resource${path('both')}`, at('aws'));
    const headers = { 'mcp-protocol-version': '2026-07-28' };
    const answer = await browserFetch('https://any.example.net')(document, { headers });
    expect(await answer.json()).toMatchObject({ resource: `${at('aws')}${path('both')}` });
  });
});
