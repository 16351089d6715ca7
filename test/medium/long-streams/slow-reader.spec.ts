import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StreamWatch } from '#libs/routing';
import { collected } from '../../support/relay/raw-client.js';
import { until, type HarnessUser } from '../../support/relay/gateway-harness.js';
import { SSE_TYPE } from '../../support/relay/scripted-server.js';
import { DISTANCES } from '../../support/relay/scripted-harness.js';
import { REQUESTS, StreamHarness } from './stream-harness.js';

const CHUNK = `data: ${'x'.repeat(65_528)}\n\n`;
const CHUNKS = 750;
/** Of some 50 MB, at most this much may leave the MCP server while nobody reads; socket buffers take their share. */
const MOST_BYTES = 32_000_000;
/** An MCP server that has written nothing for so long is being held back. */
const QUIET_MS = 250;

let harness: StreamHarness;
let alice: HarnessUser;

beforeAll(async () => {
  harness = await StreamHarness.start({ lingerMs: 100 });
  alice = harness.newUser();
});
afterAll(() => harness?.stop());

/** A server that writes as fast as back-pressure lets it. */
class FastServer {
  written = 0;
  private lastAt = performance.now();

  constructor() {
    harness.upstream.script = (_, response) => void this.write(response);
  }

  private async write(response: ServerResponse): Promise<void> {
    const closed = once(response, 'close');
    response.writeHead(200, SSE_TYPE);
    while (this.written < CHUNKS * CHUNK.length && !response.destroyed) {
      this.written += CHUNK.length;
      this.lastAt = performance.now();
      if (!response.write(CHUNK)) await Promise.race([once(response, 'drain'), closed]);
    }
    response.end();
  }

  isHeldBack = async (): Promise<void> => {
    await until(() => this.written > 0 && performance.now() - this.lastAt > QUIET_MS);
  };
}

describe.each(DISTANCES)('a reader that stops reading, at $hops', ({ server }) => {
  it.each(['legacy GET', 'modern call'] as const)(
    'holds the MCP server back, costs its neighbours nothing, and gets every byte in the end (%s)',
    async (kind) => {
      const fast = new FastServer();
      const response = await harness.ask(server, REQUESTS[kind].request, alice);
      await fast.isHeldBack();
      expect(fast.written).toBeLessThan(MOST_BYTES);
      harness.upstream.script = (_, neighbour) => void neighbour.writeHead(200, SSE_TYPE).end('data: 1\n\n');
      const answer = await collected(await harness.ask(server, REQUESTS[kind].request, alice));
      expect(answer.text).toBe('data: 1\n\n');
      let read = 0;
      for await (const chunk of response) read += (chunk as Buffer).length;
      expect(read).toBe(CHUNKS * CHUNK.length);
    },
  );

  it('loses its connection when its server moves away', async () => {
    const fast = new FastServer();
    const response = await harness.ask(server, REQUESTS['legacy GET'].request, alice);
    await fast.isHeldBack();
    harness.server(server, server === 'near' ? 'azure' : 'aws', harness.upstream.url);
    const watch = harness.gateway('aws').app.get(StreamWatch, { strict: false });
    await until(() => watch.size === 0);
    expect((await collected(response)).cut).toBe(true);
    harness.serve();
  });

  it('loses its stream when its token is revoked', async () => {
    const user = harness.newUser();
    const fast = new FastServer();
    const response = await harness.ask(server, REQUESTS['legacy GET'].request, user);
    await fast.isHeldBack();
    harness.revoke(user);
    const { cut, text } = await collected(response);
    expect(cut).toBe(true);
    expect(text.length).toBeLessThan(CHUNKS * CHUNK.length);
  });
});
