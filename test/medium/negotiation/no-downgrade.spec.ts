import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Drain } from '../../../apps/federation/src/gateway/endpoint/drain.js';
import { endpoint } from '../../support/mcp-clients.js';
import { bearer, JSON_HEADERS, modern, path, send } from '../../support/relay/raw-client.js';
import type { HarnessUser } from '../../support/relay/gateway-harness.js';
import { negotiate, reasonIn, type ModeName, type Outcome } from './modes.js';
import { BROKEN_ANSWERS, FAILURE_MODES, type FailureMode } from './failure-modes.js';
import { NegotiationHarness } from './negotiation-harness.js';

/** These probe first, and some of them would rather fall back to the legacy revisions than not connect. */
const PROBING: ModeName[] = [
  'auto',
  'auto, listening for changes',
  'auto without a legacy version',
  'pinned to 2026-07-28',
];
const LEGACY: ModeName[] = ['sdk 1.x', 'legacy'];

describe('no client is silently downgraded', () => {
  let harness: NegotiationHarness;
  const ask = (mode: ModeName, at = 'aws', server = 'both', as = 'alice'): Promise<Outcome> =>
    negotiate(mode, endpoint(harness.gateway(at).url, server), harness.tokenOf(as));
  const askAll = (modes: ModeName[], { at, server, as }: Partial<FailureMode>): Promise<Outcome[]> =>
    Promise.all(modes.map((mode) => ask(mode, at, server, as)));

  beforeAll(async () => {
    harness = await NegotiationHarness.start();
  });
  afterAll(() => harness?.stop());

  it.each(FAILURE_MODES)('by $name, which gets the reason $reason', async (failure) => {
    const undo = failure.enter?.(harness);
    const [probing, legacy] = await Promise.all([askAll(PROBING, failure), askAll(LEGACY, failure)]);
    undo?.();
    for (const outcome of probing) {
      expect(outcome).toMatchObject({
        connected: null,
        posts: [expect.stringMatching(/^server\/discover \d/)],
      });
      expect(reasonIn(outcome.error)).toBe(failure.reason);
    }
    for (const outcome of legacy) {
      expect(outcome).toMatchObject({ connected: null, posts: [expect.stringMatching(/^initialize \d/)] });
      expect(reasonIn(outcome.error)).toBe(failure.reason);
    }
    expect((await ask('auto')).connected?.version).toBe('2026-07-28');
  });

  it.each(BROKEN_ANSWERS)(
    'by $name, whatever the head of the answer said',
    async ({ script, patienceMs }) => {
      harness.unwell.script = script;
      const asked = ['aws', 'azure'].flatMap((at) => {
        const url = endpoint(harness.gateway(at).url, 'unwell');
        return PROBING.map((mode) => negotiate(mode, url, harness.tokenOf('alice'), patienceMs));
      });
      for (const { connected, posts } of await Promise.all(asked)) {
        expect(connected).toBeNull();
        expect(posts).toEqual([expect.stringMatching(/^server\/discover /)]);
      }
    },
  );

  it.each([
    ['server/discover', 503],
    ['tools/list', 408],
  ])('by a body that stalls on its way: %s gets %i', async (method, status) => {
    const { headers, body } = modern(method);
    const answer = await send(harness.gateway('aws').url, {
      path: path('both'),
      headers: [
        ...bearer(harness.users.get('alice') as HarnessUser),
        ...JSON_HEADERS,
        ...headers,
        'Content-Length',
        '999',
      ],
      body,
    });
    expect([answer.status, answer.reason]).toEqual([status, 'body_timeout']);
  });

  it('by a gateway that drains: clients are served to the end, and then refused the connection', async () => {
    const edge = harness.gateway('edge');
    edge.app.get(Drain).begin();
    for (const { connected } of await askAll(PROBING, { server: 'on-edge', at: 'edge' }))
      expect(connected?.version).toBe('2026-07-28');
    edge.app.getHttpServer().close();
    edge.app.getHttpServer().closeAllConnections();
    for (const outcome of await askAll(PROBING, { server: 'on-edge', at: 'edge' }))
      expect(outcome).toMatchObject({ connected: null, posts: ['server/discover failed'] });
    for (const outcome of await askAll(PROBING, { server: 'on-edge' })) {
      expect(outcome).toMatchObject({ connected: null, posts: ['server/discover 502 application/json'] });
      expect(reasonIn(outcome.error)).toBe('remote_gateway_unreachable');
    }
  });
});
