import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mintToken } from '#libs/contract';
import { StrangerRefusals } from '../../../apps/federation/src/gateway/accounting/stranger-refusals.js';
import { until, type HarnessUser } from '../../support/relay/gateway-harness.js';
import { callOf, JSON_HEADERS, path, post, send, type RawAnswer } from '../../support/relay/raw-client.js';
import { ScriptedHarness } from '../../support/relay/scripted-harness.js';

describe('requests of nobody known', () => {
  let harness: ScriptedHarness;
  let alice: HarnessUser;

  beforeAll(async () => {
    harness = await ScriptedHarness.scripted();
    alice = harness.user('alice');
  });
  afterAll(() => harness?.stop());

  const at = (gateway: string): string => harness.gateway(gateway).url;
  const ask = (): Promise<RawAnswer> =>
    send(at('azure'), { path: path('near'), headers: JSON_HEADERS, body: callOf('get_mail') });

  it.each([
    ['a foreign origin', 'POST', ['Origin', 'https://evil.example.com'], 'origin_not_allowed'],
    ['a method that does not exist', 'PUT', [], 'method_not_allowed'],
    ['a made-up hop context', 'POST', ['Causeway-Hop', 'x.y.z'], 'hop_untrusted'],
    ['no token', 'POST', [], 'credentials_missing'],
    ['wrong tokens', 'POST', ['Authorization', `Bearer ${mintToken('cwy_')}`], 'credentials_invalid'],
  ])(
    'a flood of requests with %s leaves a few records and one that counts the rest',
    async (_, method, headers, reason) => {
      const { parts, app } = harness.gateway('azure');
      const strangers = app.get(StrangerRefusals, { strict: false });
      strangers.beforeApplicationShutdown();
      parts.length = 0;
      for (let i = 0; i < 200; i++)
        await send(at('azure'), {
          method,
          path: path(`invented-${i}`),
          headers: [...headers, ...JSON_HEADERS],
        });
      await until(() => parts.length === 30);
      strangers.beforeApplicationShutdown();
      const [last] = parts.slice(30);
      expect(parts).toHaveLength(31);
      expect(last).toMatchObject({ phase: 'outcome', gateway: 'azure', user: null, status: 'denied' });
      expect(last?.refusals?.source).toBe('127.0.0.1');
      const counts = new Map(last?.refusals?.reasons.map((one) => [one.reason, one.count]));
      expect((counts.get(reason) ?? 0) + (counts.get('credentials_throttled') ?? 0)).toBe(170);
      parts.length = 0;
      await post(harness, 'azure', 'far', alice, callOf('delete_all'));
      await until(() => parts.some(({ user }) => user === 'alice'));
    },
  );

  it('a newcomer gets the login challenge however many requests without a token came from his address', async () => {
    for (let i = 0; i < 60; i++) {
      const answer = await ask();
      expect([answer.status, answer.reason]).toEqual([401, 'credentials_missing']);
      expect(answer.headers['www-authenticate']).toContain('resource_metadata=');
    }
  });
});
