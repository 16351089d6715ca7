import { request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AuditPart } from '#libs/contract';
import { DrainEnd } from '../../../apps/federation/src/gateway/endpoint/drain.js';
import { bearer, callOf, collected, JSON_HEADERS, path, post } from '../../support/relay/raw-client.js';
import { until, type HarnessUser } from '../../support/relay/gateway-harness.js';
import { DISTANCES } from '../../support/relay/scripted-harness.js';
import { KINDS, StreamHarness } from './stream-harness.js';

/** What is still in flight when the time for it is over was ended by the gateway and not by the agent. */
describe('the end of a drain', () => {
  let harness: StreamHarness;
  let user: HarnessUser;

  beforeAll(async () => {
    harness = await StreamHarness.start({});
    user = harness.newUser();
  });
  beforeEach(() => {
    harness.upstream.seen.length = 0;
    for (const { parts } of harness.gateways.values()) parts.length = 0;
  });
  afterAll(() => harness?.stop());

  const endDrain = (gateway: string): boolean =>
    harness.gateway(gateway).app.get(DrainEnd, { strict: false }).interruptAll();

  const outcome = async (gateway: string): Promise<AuditPart> => {
    const { parts } = harness.gateway(gateway);
    await until(() => parts.some(({ phase }) => phase === 'outcome'));
    return parts.find(({ phase }) => phase === 'outcome')!;
  };

  it.each(DISTANCES.flatMap(({ server, gateways }) => gateways.map((gateway) => ({ server, gateway }))))(
    'answers a call to $server that has had no answer yet, at $gateway',
    async ({ server, gateway }) => {
      harness.upstream.script = () => undefined;
      const answered = post(harness, 'aws', server, user, callOf('pay', 'x-1'));
      await until(() => harness.upstream.seen.length === 1);
      expect(endDrain(gateway)).toBe(true);
      const answer = await answered;
      expect([answer.status, answer.reason]).toEqual([503, 'drain_interrupted']);
      expect(answer.json().error?.data).toMatchObject({ gateway, retryable: false });
      const ended = { status: 'error', reason: 'drain_interrupted', httpStatus: 503 };
      expect(await outcome(gateway)).toMatchObject(ended);
      expect(await outcome('aws')).toMatchObject(ended);
      await until(() => harness.upstream.seen[0]?.aborted === true);
    },
  );

  it('tells an agent whose request has not gone on that another replica may serve it, and it never goes on', async () => {
    const { hostname, port, host } = new URL(harness.gateway('aws').url);
    const body = callOf('pay');
    const headers = [...bearer(user), ...JSON_HEADERS, 'Host', host, 'Content-Length', String(body.length)];
    const sent = request({ hostname, port, method: 'POST', path: path('near'), headers, agent: false });
    const answered = new Promise<Parameters<typeof collected>[0]>((resolve, reject) =>
      sent.once('response', resolve).once('error', reject),
    );
    sent.write(body.slice(0, 5));
    await until(() => endDrain('aws'));
    const answer = await collected(await answered);
    expect([answer.status, answer.reason, answer.headers.connection]).toEqual([503, 'draining', 'close']);
    expect(answer.json().error?.data['retryable']).toBe(true);
    expect(await outcome('aws')).toMatchObject({ status: 'error', reason: 'draining' });
    sent.end(body.slice(5));
    expect(harness.upstream.seen).toHaveLength(0);
  });

  it.each(KINDS)('breaks off a %s that has begun, and the record does not blame the agent', async (kind) => {
    const stream = await harness.begin('far', kind, user);
    endDrain('aws');
    const isModern = kind.startsWith('modern');
    expect(await stream.ended()).toBe(isModern ? 'whole' : 'cut');
    expect(stream.text.includes('"reason":"drain_interrupted"')).toBe(isModern);
    expect(await outcome('aws')).toMatchObject({ status: 'error', reason: 'drain_interrupted' });
  });

  it('has nothing to do where nothing is in flight', async () => {
    await until(() => !endDrain('aws'));
    expect(endDrain('aws')).toBe(false);
  });
});
