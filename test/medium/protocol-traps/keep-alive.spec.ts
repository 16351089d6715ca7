import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { callOf, collected } from '../../support/relay/raw-client.js';
import { answerJson, SSE_TYPE } from '../../support/relay/scripted-server.js';
import { DISTANCES } from '../../support/relay/scripted-harness.js';
import { eventsIn, TrapHarness } from './trap-harness.js';

const CALL = callOf('get_mail');
const COMMENT = ': keepalive\n\n';
const pace = { sweepMs: 10, keepAliveMs: 40 };
/** Long enough for several comments. */
const SILENCE_MS = 150;

let harness: TrapHarness;

beforeAll(async () => (harness = await TrapHarness.start({ pace })));
beforeEach(() => harness.reset());
afterAll(() => harness?.stop());

describe.each(DISTANCES)('keep-alives at $hops', ({ server }) => {
  it.each([
    ['POST', CALL],
    ['GET', undefined],
  ])('trap 6: a stream on which nothing happens gets comments (%s)', async (method, body) => {
    harness.upstream.script = harness.leaveOpen();
    const given = { method, ...(body === undefined ? {} : { body }) };
    const events = eventsIn(await harness.begin(server, given));
    expect((await events.next()).value).toBe('data: first');
    for (let i = 0; i < 2; i++) expect((await events.next()).value).toBe(': keepalive');
  });

  it.each([
    ['a name', 'da', 'ta: 1\n\n'],
    ['a value', 'data: {"n":', '1}\n\n'],
    ['two lines', 'id: 1\n', 'data: 1\n\n'],
    ['the end of an event', 'data: 1\n', '\n'],
    ['a line end of CR LF', 'data: 1\r', '\n\r\n'],
    ['an event end of CR LF', 'data: 1\r\n\r', '\n'],
  ])('trap 6: no comment comes in the middle of an event (%s)', async (_, first, second) => {
    harness.upstream.script = harness.leaveOpen(first);
    const response = await harness.begin(server, { body: CALL });
    await delay(SILENCE_MS);
    harness.held?.end(second);
    const { text } = await collected(response);
    expect(text.replaceAll(COMMENT, '')).toBe(first + second);
    expect(text.startsWith(first + second)).toBe(true);
  });

  it('trap 6: comments come into streams of plain events only', async () => {
    const head = { ...SSE_TYPE, 'content-encoding': 'gzip' };
    for (const headers of [head, { 'content-type': 'application/json' }]) {
      harness.upstream.script = harness.leaveOpen('{}', headers);
      const response = await harness.begin(server, { body: CALL });
      await delay(SILENCE_MS);
      harness.held?.end();
      expect((await collected(response)).text).toBe('{}');
    }
    harness.upstream.script = answerJson({});
    expect((await harness.ask(server, CALL)).status).toBe(200);
  });
});
