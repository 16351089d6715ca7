import { mintToken } from '#libs/contract';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AdminApi } from './admin-api.js';

const MIB = 1024 * 1024;
let api: AdminApi;
beforeAll(async () => {
  api = await AdminApi.start(undefined, { headersTimeoutMs: 1000, bodyTimeoutMs: 1000, maxConnections: 100 });
});
afterAll(() => api.close());

interface Seen {
  text: string;
  ms: number;
}

/** Sends bytes on a connection of its own and says what came back, and after how long the connection had ended. */
function exchange(...sent: (string | Buffer)[]): Promise<Seen> {
  const { port } = new URL(api.url);
  const began = performance.now();
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(Number(port), '127.0.0.1', () => sent.forEach((part) => socket.write(part)));
    socket.on('data', (chunk) => (text += String(chunk))).on('error', () => undefined);
    socket.on('close', () => resolve({ text, ms: performance.now() - began }));
  });
}

const head = (path: string, length: number, more = ''): string =>
  `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n${more}\r\n`;

describe('whoever has no credentials', () => {
  it.each(['/api/v1/users', '/internal/v1/heartbeat'])(
    'is refused at %s by the headers alone, while the body is withheld',
    async (path) => {
      const { text, ms } = await exchange(head(path, 4 * MIB));
      expect(text).toMatch(/^HTTP\/1.1 401 [^]*urn:causeway:problem:unauthenticated/);
      expect(text).toMatch(/connection: close/i);
      expect(ms).toBeLessThan(5000);
    },
  );

  it('gets no leave to send a body', async () => {
    const { text } = await exchange(head('/api/v1/users', 4 * MIB, 'Expect: 100-continue\r\n'));
    expect(text).toMatch(/^HTTP\/1.1 401 /);
  });

  it.each([
    ['/api/v1/users', 401],
    ['/internal/v1/heartbeat', 401],
    ['/internal/v1/enrol', 413],
    ['/nowhere', 404],
  ])('cannot make the control plane parse ten bodies of 4 MiB at %s', async (path, status) => {
    const body = Buffer.from(`[${'{},'.repeat((4 * MIB) / 3 - 2)}{}]`);
    const before = process.cpuUsage();
    const seen = await Promise.all(Array.from({ length: 10 }, () => exchange(head(path, body.length), body)));
    const { user, system } = process.cpuUsage(before);
    for (const { text } of seen) expect(text === '' || text.startsWith(`HTTP/1.1 ${status} `)).toBe(true);
    expect(seen.some(({ text }) => text !== '')).toBe(true);
    expect((user + system) / 1000).toBeLessThan(1500);
  });

  it('cannot hold connections open by sending nothing, half a head, or half an enrolment', async () => {
    const stalled = ['', 'POST /api/v1/users HT', head('/internal/v1/enrol', 100) + '{'];
    const seen = await Promise.all(stalled.map((sent) => exchange(sent)));
    for (const { text, ms } of seen) {
      expect(text).toMatch(/^HTTP\/1.1 408 [^]*urn:causeway:problem:request-timeout/);
      expect(ms).toBeLessThan(15_000);
    }
  });

  it('is answered with 429 after a hundred guesses, which a valid token from the same address is not', async () => {
    const guess = async () => (await api.get('/config', { token: mintToken('cwa_') })).status;
    const statuses: number[] = [];
    for (let i = 0; i < 110; i++) statuses.push(await guess());
    expect(statuses.slice(0, 100).every((status) => status === 401)).toBe(true);
    expect(statuses.slice(100).every((status) => status === 429)).toBe(true);
    const throttled = await api.get('/config', { token: mintToken('cwa_') });
    expect(Number(throttled.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await api.get('/config', { token: null })).status).toBe(401);
    expect((await api.get('/config')).status).toBe(200);
  });
});
