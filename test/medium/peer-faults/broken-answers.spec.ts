import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { FaultProxy, pass, stopBehind, type Fault } from '../../support/relay/fault-proxy.js';
import { bearer, callOf, JSON_HEADERS, modern, open, path } from '../../support/relay/raw-client.js';
import { until, type HarnessUser } from '../../support/relay/gateway-harness.js';
import {
  result,
  SSE_TYPE,
  startScriptedServer,
  type ScriptedServer,
} from '../../support/relay/scripted-server.js';
import { gatewaysFrom, requestIdOf, SHORT, PeerFaultHarness, WAYS } from './peer-fault-harness.js';

const FIRST = 'data: 1\n\n';
const CALL = { headers: [], body: callOf('get_mail', 'x-1') };
const MODERN_CALL = modern('tools/call', { name: 'get_mail', arguments: {} });

describe('an answer that breaks off after its first byte', () => {
  let harness: PeerFaultHarness;
  let server: ScriptedServer;
  let proxy: FaultProxy;
  const log = vi.fn();
  const lines = (): string[] => log.mock.calls.map(([line]) => String(line));

  beforeAll(async () => {
    harness = await PeerFaultHarness.start('aws', 'azure');
    server = harness.owns(await startScriptedServer());
    proxy = harness.owns(await FaultProxy.to(server.url));
    harness.server('far', 'azure', proxy.url);
    harness.server('brief', 'azure', proxy.url, SHORT);
    harness.server('short', 'azure', proxy.url, { maxStreamMs: 300 });
    Logger.overrideLogger({ log, warn: log, error: log });
  });
  beforeEach(async () => {
    await proxy.restore();
    server.script = (_, response) => void response.writeHead(200, SSE_TYPE).write(FIRST);
    log.mockClear();
    harness.forget();
  });
  afterAll(async () => {
    Logger.overrideLogger(['error']);
    await harness?.stop();
  });

  /** Makes a call and waits for the first byte of its answer. @returns a function that ends it */
  async function begin(entry: string, user: HarnessUser): Promise<() => void> {
    const headers = [...bearer(user), ...JSON_HEADERS];
    const response = await open(harness.gateway(entry).url, { ...CALL, path: path('far'), headers });
    response.on('error', () => undefined);
    await new Promise((resolve) => response.once('data', resolve));
    return () => void response.destroy();
  }

  describe.each(WAYS)('at %s', (_, entry) => {
    describe.each([
      ['legacy', CALL],
      ['modern', MODERN_CALL],
    ])('of a %s call', (__, { headers, body }) => {
      it.each<[string, Fault, string, string, RegExp]>([
        ['ends too early', stopBehind(FIRST, 'end'), 'far', 'upstream_interrupted', /other side closed|EOF|terminated/i],
        ['is reset', stopBehind(FIRST, 'reset'), 'far', 'upstream_interrupted', /ECONNRESET/],
        ['falls silent', stopBehind(FIRST, 'silence'), 'brief', 'stream_idle', /Body Timeout/],
        ['lasts too long', pass, 'short', 'stream_expired', /no detail/],
      ])('that %s is logged in one line, which says where and how', async (___, fault, name, reason, how) => {
        proxy.fault = fault;
        const answer = await harness.call(entry, name, body, headers);
        expect([answer.status, answer.text.startsWith(FIRST)]).toEqual([200, true]);
        expect(await harness.record(...gatewaysFrom(entry))).toMatchObject({ reason });
        const ofHop = lines().filter((line) => line.includes(`azure->${name}`));
        expect(ofHop).toEqual([expect.stringMatching(how)]);
        expect(ofHop[0]).toContain(`Request ${requestIdOf(answer)}: ${reason} at azure->${name}: `);
      });
    });

    it('is not logged if the agent has left', async () => {
      const leave = await begin(entry, harness.alice);
      leave();
      await harness.record(...gatewaysFrom(entry));
      expect(lines()).toEqual([]);
    });
  });

  it('is not logged if the caller has lost access', async () => {
    const user = harness.user('mallory');
    await begin('azure', user);
    harness.revoke(user);
    expect(await harness.record('azure')).toMatchObject({ reason: 'credentials_revoked' });
    expect(lines()).toEqual([]);
  });

  it('is what the log is about: a whole answer is not logged', async () => {
    server.script = (_, response) => void response.writeHead(200, SSE_TYPE).end(`data: ${result({})}\n\n`);
    expect(await harness.call('aws', 'far')).toMatchObject({ status: 200, cut: false });
    await until(() => harness.gateway('azure').parts.length > 0);
    expect(lines()).toEqual([]);
  });
}); // prettier-ignore
