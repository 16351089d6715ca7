import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { freePort } from '../../../scripts/toolchain/free-port.mjs';
import { FaultProxy, pass, type Fault } from '../../support/relay/fault-proxy.js';
import { head, startRawPeer, whole, type RawPeer } from '../../support/relay/raw-peer.js';
import { result, startScriptedServer } from '../../support/relay/scripted-server.js';
import { SELF_SIGNED } from '../../support/relay/self-signed.js';
import { expectFault, gatewaysFrom, SHORT, PeerFaultHarness, WAYS } from './peer-fault-harness.js';

const OK = 'HTTP/1.1 200 OK';
const JSON_LINE = 'content-type: application/json';
const ANSWER = result({ content: [] });
const GONE = { status: 502, reason: 'upstream_unreachable', proxyStatus: 'destination_unavailable' };

describe('the way to an MCP server', () => {
  let harness: PeerFaultHarness;
  let peer: RawPeer;
  let peer6: RawPeer;
  let proxy: FaultProxy;
  const warn = vi.fn();

  beforeAll(async () => {
    harness = await PeerFaultHarness.start('aws', 'azure');
    [peer, peer6] = [harness.owns(await startRawPeer()), harness.owns(await startRawPeer('::1'))];
    const plain = harness.owns(await startScriptedServer());
    proxy = harness.owns(await FaultProxy.to(peer.url));
    const tls = harness.owns(createTlsServer(SELF_SIGNED, (_, response) => response.end(ANSWER)));
    await new Promise<void>((resolve) => tls.listen(0, '127.0.0.1', resolve));
    const { port } = tls.address() as AddressInfo;
    const closed = await freePort();
    const servers = {
      kept: proxy.url,
      six: peer6.url,
      nameless: 'http://no-such-host.invalid/mcp',
      'self-signed': `https://127.0.0.1:${port}/mcp`,
      'no-tls': plain.url.replace('http:', 'https:'),
      'no-http': `http://127.0.0.1:${port}/mcp`,
      closed: `http://127.0.0.1:${closed}/mcp`,
      'closed-twice': `http://localhost:${closed}/mcp`,
    };
    for (const [name, url] of Object.entries(servers)) harness.server(name, 'azure', url, { ...SHORT, connectMs: 2000, responseMs: 2000 });
    Logger.overrideLogger({ log: warn, warn, error: warn });
  });
  beforeEach(() => {
    warn.mockClear();
    harness.forget();
    peer.seen.length = 0;
    peer.answer = whole([OK, JSON_LINE], ANSWER);
    peer6.answer = whole([OK, JSON_LINE], ANSWER);
  });
  afterAll(async () => {
    Logger.overrideLogger(['error']);
    await harness?.stop();
  });

  describe.each(WAYS)('at %s', (_, entry) => {
    it.each([
      ['a host name that does not exist', 'nameless', /ENOTFOUND|EAI_AGAIN/],
      ['a certificate that is not trusted', 'self-signed', /self-signed certificate/],
      ['a server without TLS behind an https URL', 'no-tls', /wrong version number|packet length/i],
      ['a closed port', 'closed', /ECONNREFUSED/],
      ['a closed port at each address of a host', 'closed-twice', /ECONNREFUSED/],
    ])('%s is reported as unreachable, and the log says why', async (__, server, why) => {
      const hop = `azure->${server}`;
      expectFault(await harness.call(entry, server), server, { ...GONE, hop });
      expect(await harness.record(...gatewaysFrom(entry))).toMatchObject({ status: 'error', reason: GONE.reason, hop });
      const lines = warn.mock.calls.map(([line]) => String(line)).filter((line) => line.includes(hop));
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatch(why);
      expect(peer.seen).toHaveLength(0);
    });

    it('a server with TLS behind an http URL is reported as not speaking HTTP', async () => {
      const answer = await harness.call(entry, 'no-http');
      expect(answer.status).toBe(502);
      expect(['upstream_invalid_response', 'upstream_interrupted']).toContain(answer.reason);
    });

    it('an IPv6 address works', async () => {
      expect((await harness.call(entry, 'six')).text).toBe(ANSWER);
      expect(peer6.seen.at(-1)?.head).toMatch(/\r\nhost: \[::1\]:\d+\r\n/i);
    });
  });

  describe('a kept connection', () => {
    it.each<[string, () => void]>([
      ['that its server closed', () => (peer.answer = (socket) => void socket.end(head(OK, JSON_LINE, `content-length: ${ANSWER.length}`) + ANSWER))],
      ['that broke in the meantime', () => proxy.drop()],
    ])('%s does not fail the next call', async (_, spoil) => {
      for (let i = 0; i < 5; i++) {
        spoil();
        expect((await harness.call('aws', 'kept')).text).toBe(ANSWER);
        proxy.drop();
      }
      expect(peer.seen).toHaveLength(5);
    });

    it('is used again', async () => {
      const before = peer.connections;
      for (let i = 0; i < 5; i++) await harness.call('azure', 'kept');
      expect(peer.connections - before).toBeLessThanOrEqual(1);
    });
  });

  it.each([1, 2, 3])('no call is sent twice, even if connection number %i breaks', async (nth) => {
    let connection = 0;
    const breaking: Fault = (near, far) => {
      connection++;
      if (connection < nth) return pass(near, far);
      const other = far();
      near.pipe(other);
      other.once('data', () => near.resetAndDestroy());
    };
    proxy.drop();
    proxy.fault = breaking;
    const answers = [];
    for (let i = 0; i < 3; i++) answers.push(await harness.call('aws', 'kept'));
    proxy.fault = pass;
    proxy.drop();
    expect(peer.seen).toHaveLength(3);
    for (const { status } of answers) expect([200, 502]).toContain(status);
  });
}); // prettier-ignore
