import { once } from 'node:events';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ConfigGateway } from '#libs/contract';
import type { GatewayDialer } from '#libs/routing';
import { freePort } from '../../../scripts/toolchain/free-port.mjs';
import { startRawPeer, whole, type RawPeer } from '../relay/raw-peer.js';

/** A dialer, and what it takes to have gateways that it can dial. */
export interface DialerSetup {
  dialer: GatewayDialer;
  /** Registers a gateway that serves at this URL, and opens whatever way this dialer has to it. */
  register(name: string, url: string): Promise<ConfigGateway>;
  close(): Promise<void>;
}

const PATH = '/api/llm/mcp/m365/server';
const MANY = 50;
const OK = ['HTTP/1.1 200 OK', 'content-type: text/plain'];

const requestLine = ({ seen }: RawPeer): string | undefined => seen.at(-1)?.head.split('\r\n')[0];
const originOf = ({ url }: RawPeer): string => new URL(url).origin;

/** What every {@link GatewayDialer} must hold to. */
export function gatewayDialerContract(name: string, setUp: () => Promise<DialerSetup>): void {
  describe(`${name} as a GatewayDialer`, () => {
    let setup: DialerSetup;
    let azure: RawPeer;
    let gcp: RawPeer;

    beforeAll(async () => {
      [setup, azure, gcp] = await Promise.all([setUp(), startRawPeer(), startRawPeer()]);
    });
    beforeEach(() => {
      azure.answer = whole(OK, 'azure');
      gcp.answer = whole(OK, 'gcp');
    });
    afterAll(async () => {
      await setup?.close();
      await Promise.all([azure?.close(), gcp?.close()]);
    });

    async function post(peer: ConfigGateway, path = PATH, signal?: AbortSignal): Promise<string> {
      const { dispatcher, ...target } = setup.dialer.dial(peer, path);
      const headers = { 'x-canary': '1' };
      const answer = await dispatcher.request({ ...target, method: 'POST', headers, body: 'asked', signal });
      return text(answer.body);
    }

    it('brings a request to its path below the URL of the gateway', async () => {
      for (const base of ['', '/', '/gateways/azure', '/gateways/azure/']) {
        const peer = await setup.register('azure', originOf(azure) + base);
        expect(await post(peer, `${PATH}?session=1`)).toBe('azure');
        expect(requestLine(azure)).toBe(`POST ${base.replace(/\/$/, '')}${PATH}?session=1 HTTP/1.1`);
      }
    });

    it('brings a request as it was sent', async () => {
      await post(await setup.register('azure', originOf(azure)));
      expect(azure.seen.at(-1)?.head).toContain('\r\nx-canary: 1');
      expect(azure.seen.at(-1)?.body).toBe('asked');
    });

    it('keeps gateways apart', async () => {
      const peers = [
        await setup.register('azure', originOf(azure)),
        await setup.register('gcp', originOf(gcp)),
      ];
      expect(await Promise.all(peers.map((peer) => post(peer)))).toEqual(['azure', 'gcp']);
    });

    it('finds a gateway where it has moved to', async () => {
      expect(await post(await setup.register('moving', originOf(azure)))).toBe('azure');
      expect(await post(await setup.register('moving', originOf(gcp)))).toBe('gcp');
    });

    it('uses a connection again', async () => {
      const peer = await setup.register('azure', originOf(azure));
      await post(peer);
      const before = azure.connections;
      for (let i = 0; i < 5; i++) await post(peer);
      expect(azure.connections).toBe(before);
    });

    it('lets no request wait for the end of others', async () => {
      const peer = await setup.register('azure', originOf(azure));
      const { promise: open, resolve: opened } = Promise.withResolvers<void>();
      const held: Socket[] = [];
      azure.answer = (socket) => void (held.push(socket) === MANY && opened());
      const hanging = Array.from({ length: MANY }, () => post(peer));
      await open;
      azure.answer = whole(OK, 'azure');
      expect(await post(peer)).toBe('azure');
      for (const socket of held) whole(OK, 'late')(socket, { head: '', body: '' });
      expect(new Set(await Promise.all(hanging))).toEqual(new Set(['late']));
    });

    it('ends a request at the gateway when it is aborted', async () => {
      const peer = await setup.register('azure', originOf(azure));
      const { promise: arrived, resolve: arrive } = Promise.withResolvers<Socket>();
      azure.answer = arrive;
      const abort = new AbortController();
      const asked = post(peer, PATH, abort.signal);
      const closed = once(await arrived, 'close');
      abort.abort();
      await expect(asked).rejects.toThrow(/abort/i);
      await closed;
    });

    it('lets the request fail, not the dialling, if the gateway cannot be reached', async () => {
      const peer = await setup.register('gone', `http://127.0.0.1:${await freePort()}`);
      const { dispatcher, ...target } = setup.dialer.dial(peer, PATH);
      await expect(dispatcher.request({ ...target, method: 'GET' })).rejects.toThrow(Error);
    });
  });
}
