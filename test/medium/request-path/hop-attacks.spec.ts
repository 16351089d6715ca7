import { hash, randomUUID } from 'node:crypto';
import { CompactSign } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HOP_TYPE, type HopClaims } from '#libs/contract';
import {
  bearer,
  callOf,
  JSON_HEADERS,
  path,
  post,
  send,
  type RawAnswer,
} from '../../support/relay/raw-client.js';
import { keyOf, type HarnessUser } from '../../support/relay/gateway-harness.js';
import { ScriptedHarness } from '../../support/relay/scripted-harness.js';
import { answerJson, type ScriptedServer } from '../../support/relay/scripted-server.js';

const BODY = callOf('get_mail');
const sha256 = (text: string): string => hash('sha256', text, 'base64url');

const claims = (more: Partial<HopClaims> = {}): HopClaims => {
  const iat = Math.floor(Date.now() / 1000);
  const of = { iss: 'aws', aud: 'azure', srv: 'far', htm: 'POST', hops: 1, min_rev: 1 };
  return { ...of, iat, exp: iat + 60, jti: randomUUID(), rid: randomUUID(), bh: sha256(BODY), ...more };
};

/** Signed by a library that shares no code with the gateways. */
const sign = (
  content: object,
  key: Uint8Array = keyOf('aws', 'azure'),
  header: Record<string, unknown> = { alg: 'HS256', typ: HOP_TYPE, kid: '1' },
): Promise<string> =>
  new CompactSign(Buffer.from(JSON.stringify(content))).setProtectedHeader(header as never).sign(key);

describe('attacks on the hop', () => {
  let harness: ScriptedHarness;
  let upstream: ScriptedServer;
  let alice: HarnessUser;

  beforeAll(async () => {
    harness = await ScriptedHarness.scripted();
    ({ upstream } = harness);
    upstream.script = answerJson({ content: [] });
    alice = harness.user('alice');
    harness.policy('all', {});
  });
  beforeEach(() => void (upstream.seen.length = 0));
  afterAll(() => harness?.stop());

  const hop = (context: string, body = BODY, server = 'far', gateway = 'azure'): Promise<RawAnswer> =>
    send(harness.gateway(gateway).url, {
      path: path(server),
      headers: [...bearer(alice), ...JSON_HEADERS, 'Causeway-Hop', context],
      body,
    });

  it('a genuine hop context is accepted, also under the next key, and its request id is kept', async () => {
    const given = claims();
    const answer = await hop(await sign(given));
    expect([answer.status, answer.headers['causeway-request-id']]).toEqual([200, given.rid]);
    const next = { alg: 'HS256', typ: HOP_TYPE, kid: '2' };
    expect((await hop(await sign(claims(), keyOf('aws', 'azure', 2), next))).status).toBe(200);
  });

  it.each<[string, () => Promise<string>]>([
    ['signed with another key', () => sign(claims(), Buffer.alloc(32))],
    ['signed with the key for the opposite direction', () => sign(claims(), keyOf('azure', 'aws'))],
    ['of an unknown issuer', () => sign(claims({ iss: 'gcp' }), keyOf('gcp', 'azure'))],
    ['meant for another gateway', () => sign(claims({ aud: 'onprem' }))],
    ['meant for another server', () => sign(claims({ srv: 'near' }))],
    ['meant for another method', () => sign(claims({ htm: 'GET' }))],
    ['for another body', () => sign(claims({ bh: sha256('{}') }))],
    ['with too long a life', () => sign(claims({ exp: Math.floor(Date.now() / 1000) + 600 }))],
    ['under a key of two generations ahead', () => sign(claims(), keyOf('aws', 'azure', 3), { alg: 'HS256', typ: HOP_TYPE, kid: '3' })],
    ['of another type', () => sign(claims(), keyOf('aws', 'azure'), { alg: 'HS256', typ: 'JWT', kid: '1' })],
    ['with a quotation mark in its request id', () => sign(claims({ rid: 'a" b' }))],
    ['without a signature', async () => `${(await sign(claims())).split('.').slice(0, 2).join('.')}.`],
    ['with the algorithm none', async () => {
      const header = Buffer.from(JSON.stringify({ alg: 'none', typ: HOP_TYPE, kid: '1' })).toString('base64url');
      return `${header}.${(await sign(claims())).split('.')[1]}.`;
    }],
    ['in plain text', () => Promise.resolve('aws')],
    ['that is empty', () => Promise.resolve('')],
  ])('a hop context %s is refused', async (_, context) => {
    const answer = await hop(await context());
    expect([answer.status, answer.reason]).toEqual([401, 'hop_untrusted']);
    expect(answer.headers['causeway-reason']).toBe('hop_untrusted');
    expect(upstream.seen).toHaveLength(0);
  }); // prettier-ignore

  it.each([
    [-300, /aws signed the hop (29|30)\d s behind this clock/],
    [100, /aws signed the hop (9|10)\d s ahead of this clock/],
  ])('a genuine hop context of a clock that is %i s off is refused for that reason', async (offset, text) => {
    const iat = Math.floor(Date.now() / 1000) + offset;
    const answer = await hop(await sign(claims({ iat, exp: iat + 60 })));
    expect([answer.status, answer.reason]).toEqual([401, 'clock_skew']);
    expect(answer.headers['causeway-reason']).toBe('clock_skew');
    expect(answer.text).toMatch(text);
    expect(upstream.seen).toHaveLength(0);
  });

  it('a forged hop context of another time is untrusted, not skewed', async () => {
    const forged = await sign(claims({ iat: 1_000, exp: 1_060 }), Buffer.alloc(32));
    expect((await hop(forged)).reason).toBe('hop_untrusted');
  });

  it('a hop context is good for one request only', async () => {
    const context = await sign(claims());
    expect((await hop(context)).status).toBe(200);
    expect((await hop(context)).reason).toBe('hop_untrusted');
    expect(upstream.seen).toHaveLength(1);
  });

  it('a genuine hop context does not replace the token', async () => {
    const headers = [...JSON_HEADERS, 'Causeway-Hop', await sign(claims())];
    const answer = await send(harness.gateway('azure').url, { path: path('far'), headers, body: BODY });
    expect([answer.status, answer.reason]).toEqual([401, 'credentials_missing']);
  });

  it('a hop to a gateway that does not handle the server goes no further', async () => {
    const answer = await hop(await sign(claims({ srv: 'near' })), BODY, 'near');
    expect([answer.status, answer.reason]).toEqual([502, 'loop_detected']);
    expect(answer.headers['proxy-status']).toContain('error=proxy_loop_detected');
    expect((await hop(await sign(claims({ hops: 2 })))).reason).toBe('loop_detected');
    expect(upstream.seen).toHaveLength(0);
  });

  it('a hop waits for the configuration that it was sent from, but no longer than a second', async () => {
    const revision = harness.gateway('azure').store.current?.revision ?? 0;
    const late = await hop(await sign(claims({ min_rev: revision + 100 })));
    expect([late.status, late.reason]).toEqual([503, 'config_behind']);
    const waiting = hop(await sign(claims({ min_rev: revision + 1 })));
    setTimeout(() => harness.publish(), 100);
    expect((await waiting).status).toBe(200);
  });

  it('an agent that sends a hop context is refused by its entry gateway', async () => {
    const answer = await post(harness, 'aws', 'far', alice, BODY, ['Causeway-Hop', await sign(claims())]);
    expect(answer.reason).toBe('hop_untrusted');
  });
});
