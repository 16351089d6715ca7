import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { HarnessUser } from '../../support/relay/gateway-harness.js';
import { bearer, message, path, post, send } from '../../support/relay/raw-client.js';
import { DISTANCES, ScriptedHarness } from '../../support/relay/scripted-harness.js';
import { answerJson } from '../../support/relay/scripted-server.js';

let harness: ScriptedHarness;
let alice: HarnessUser;

beforeAll(async () => {
  harness = await ScriptedHarness.scripted();
  alice = harness.user('alice');
  harness.policy('all', {});
});
afterAll(() => harness.stop());

const KEPT_BY_NOBODY = { 'cache-control': 'private, no-store', 'x-content-type-options': 'nosniff' };

describe.each(DISTANCES)('answers at $hops', ({ server }) => {
  it('are kept by no cache, whatever the MCP server says, and taken for nothing else', async () => {
    harness.upstream.script = (_, response) => {
      response.setHeader('cache-control', 'public, max-age=3600');
      answerJson({})(harness.upstream.seen[0]!, response);
    };
    expect((await post(harness, 'aws', server, alice, message('ping'))).headers).toMatchObject(
      KEPT_BY_NOBODY,
    );
    harness.upstream.script = (_, response) => response.destroy();
    const failed = await post(harness, 'aws', server, alice, message('ping'));
    expect(failed.reason).toBe('upstream_interrupted');
    expect(failed.headers).toMatchObject(KEPT_BY_NOBODY);
    const refused = await send(harness.gateway('aws').url, { path: path(server), body: message('ping') });
    expect([refused.status, refused.headers]).toMatchObject([401, KEPT_BY_NOBODY]);
  });
});

describe('a hop context that is not valid', () => {
  it('is refused in the same words whatever is wrong with it; the log has the cause', async () => {
    const lines: string[] = [];
    const warn = vi
      .spyOn(Logger.prototype, 'warn')
      .mockImplementation((text: string) => void lines.push(text));
    const answers: unknown[] = [];
    for (const hop of ['', 'x', 'a.b.c', `${'a'.repeat(40)}.${'b'.repeat(40)}.${'c'.repeat(43)}`]) {
      const headers = [...bearer(alice), 'Content-Type', 'application/json', 'causeway-hop', hop];
      const { url } = harness.gateway('azure');
      const answer = await send(url, { path: path('far'), headers, body: message('ping') });
      const { code, message: text } = answer.json().error as unknown as { code: number; message: string };
      answers.push([answer.status, answer.reason, code, text]);
    }
    warn.mockRestore();
    expect(new Set(answers.map((each) => JSON.stringify(each))).size).toBe(1);
    expect(answers[0]).toEqual([401, 'hop_untrusted', 5, 'The hop context is not valid']);
    const logged = lines.filter((line) => line.includes('hop_untrusted'));
    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain('it is malformed');
  });
});
