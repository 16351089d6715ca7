import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bearer, callOf, collected, JSON_HEADERS, path } from '../../support/relay/raw-client.js';
import type { HarnessUser } from '../../support/relay/gateway-harness.js';
import { ScriptedHarness } from '../../support/relay/scripted-harness.js';
import { answerJson, type ScriptedServer } from '../../support/relay/scripted-server.js';

const BODY = callOf('pay');

const finish = (sent: ClientRequest): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => sent.once('response', resolve).once('error', reject).end(BODY));

describe('a request whose body comes late', () => {
  let harness: ScriptedHarness;
  let upstream: ScriptedServer;

  beforeAll(async () => {
    harness = await ScriptedHarness.scripted();
    ({ upstream } = harness);
    upstream.script = answerJson({ content: [] });
  });
  beforeEach(() => void (upstream.seen.length = 0));
  afterAll(() => harness?.stop());

  /** Sends everything but the body. Resolves when the gateway asks for the body, which it does once it knows the caller. */
  const begin = async (server: string, user: HarnessUser): Promise<ClientRequest> => {
    const { hostname, port, host } = new URL(harness.gateway('aws').url);
    const headers = [...bearer(user), ...JSON_HEADERS, 'Host', host, 'Expect', '100-continue'];
    headers.push('Content-Length', String(Buffer.byteLength(BODY)));
    const sent = request({ hostname, port, method: 'POST', path: path(server), headers, agent: false });
    sent.flushHeaders();
    await new Promise((resolve, reject) => sent.once('continue', resolve).once('error', reject));
    return sent;
  };

  it.each(
    ['near', 'far'].flatMap((server) => [
      { server, lost: 'the token is revoked', reason: 'credentials_revoked' },
      { server, lost: 'the policy is removed', reason: 'access_denied' },
    ]),
  )('is not executed at $server if $lost before the body has come', async ({ server, reason }) => {
    const name = `${server}-${reason.replace('_', '-')}`;
    const user = harness.user(name);
    harness.policy(name, { subjects: [`user:${name}`] });
    const sent = await begin(server, user);
    if (reason === 'credentials_revoked') harness.revoke(user);
    else harness.remove('policy', name);
    const answer = await collected(await finish(sent));
    expect(answer.reason).toBe(reason);
    expect(upstream.seen).toHaveLength(0);
  });
});
