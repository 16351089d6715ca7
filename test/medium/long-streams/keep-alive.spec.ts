import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HarnessUser } from '../../support/relay/gateway-harness.js';
import { SSE_TYPE } from '../../support/relay/scripted-server.js';
import { DISTANCES } from '../../support/relay/scripted-harness.js';
import { KINDS, REQUESTS, StreamHarness } from './stream-harness.js';

const KEEP_ALIVE = ': keepalive\n\n';
const KEEP_ALIVE_MS = 60;
/** Long enough to see that no comment comes. */
const SILENCE_MS = 160;

let harness: StreamHarness;
let alice: HarnessUser;

beforeAll(async () => {
  harness = await StreamHarness.start({ keepAliveMs: KEEP_ALIVE_MS });
  alice = harness.newUser();
});
afterAll(() => harness?.stop());

describe.each(DISTANCES)('keep-alive comments at $hops', ({ server }) => {
  it.each(KINDS)('come again and again while the stream is silent (%s)', async (kind) => {
    const stream = await harness.begin(server, kind, alice);
    await stream.has(KEEP_ALIVE + KEEP_ALIVE);
    stream.held.end('data: last\n\n');
    expect(await stream.ended()).toBe('whole');
    expect(stream.text.replaceAll(KEEP_ALIVE, '')).toBe(`${REQUESTS[kind].first}data: last\n\n`);
  });

  it('come even before the first event', async () => {
    const stream = await harness.read(server, REQUESTS['modern call'].request, alice);
    expect(await stream.has(KEEP_ALIVE)).toBe(true);
    stream.response.destroy();
  });

  it.each([
    ['a line', 'data: ha', 'lf\n\n'],
    ['an event of two lines', 'data: a\n', 'data: b\n\n'],
    ['an event with lines that end with CRLF', 'id: 1\r\n', 'data: b\r\n\r\n'],
    ['the CRLF that ends a line', 'id: 1\r', '\ndata: b\r\n\r\n'],
    ['the CRLF that ends an event', 'data: b\r\n\r', '\ndata: c\r\n\r\n'],
    ['an event with lines that end with CR', 'id: 1\r', 'data: b\r\r'],
  ])('never come in the middle of %s', async (_, half, rest) => {
    const stream = await harness.read(server, REQUESTS['legacy GET'].request, alice, half);
    await stream.has(half);
    await delay(SILENCE_MS);
    expect(stream.text.endsWith(half)).toBe(true);
    stream.held.write(rest);
    await stream.has(half + rest);
    await stream.has(rest + KEEP_ALIVE);
    stream.response.destroy();
  });

  it.each([
    ['that is compressed', { ...SSE_TYPE, 'content-encoding': 'gzip' }],
    ['whose length was announced', { ...SSE_TYPE, 'content-length': '100' }],
    ['that is not an event stream', { 'content-type': 'application/json' }],
  ])('never come into a body %s', async (_, head) => {
    const stream = await harness.read(server, REQUESTS['legacy call'].request, alice, 'x\n\n', head);
    await stream.has('x');
    await delay(SILENCE_MS);
    expect(stream.text).toBe('x\n\n');
    stream.response.destroy();
  });
});
