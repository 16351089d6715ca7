import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { callOf, collected } from '../../support/relay/raw-client.js';
import { answerJson, SSE_TYPE } from '../../support/relay/scripted-server.js';
import { DISTANCES, eventsIn, TrapStage } from './trap-stage.js';

const CALL = callOf('get_mail');
const COMMENT = ': keepalive\n\n';
const pace = { sweepMs: 10, keepAliveMs: 40 };
/** Long enough for several comments. */
const SILENCE_MS = 150;

let stage: TrapStage;

beforeAll(async () => (stage = await TrapStage.open({ pace })));
beforeEach(() => stage.reset());
afterAll(() => stage?.close());

describe.each(DISTANCES)('keep-alives at $hops', ({ server }) => {
  it.each([
    ['POST', CALL],
    ['GET', undefined],
  ])('trap 6: a stream on which nothing happens gets comments (%s)', async (method, body) => {
    stage.upstream.script = stage.leaveOpen();
    const given = { method, ...(body === undefined ? {} : { body }) };
    const events = eventsIn(await stage.begin(server, given));
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
    stage.upstream.script = stage.leaveOpen(first);
    const response = await stage.begin(server, { body: CALL });
    await delay(SILENCE_MS);
    stage.held?.end(second);
    const { text } = await collected(response);
    expect(text.replaceAll(COMMENT, '')).toBe(first + second);
    expect(text.startsWith(first + second)).toBe(true);
  });

  it('trap 6: comments come into streams of plain events only', async () => {
    const head = { ...SSE_TYPE, 'content-encoding': 'gzip' };
    for (const headers of [head, { 'content-type': 'application/json' }]) {
      stage.upstream.script = stage.leaveOpen('{}', headers);
      const response = await stage.begin(server, { body: CALL });
      await delay(SILENCE_MS);
      stage.held?.end();
      expect((await collected(response)).text).toBe('{}');
    }
    stage.upstream.script = answerJson({});
    expect((await stage.ask(server, CALL)).status).toBe(200);
  });
});
