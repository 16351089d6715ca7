import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tokenHash } from '#libs/contract';
import { freePort } from '../../../scripts/toolchain/free-port.mjs';
import { GatewayHarness, type HarnessUser } from '../../support/relay/gateway-harness.js';
import { startScriptedServer, type ScriptedServer } from '../../support/relay/scripted-server.js';
import { ERAS, type EraServer } from './eras.js';

/** A peer that is not an HTTP server and deals with connections in its own way. */
async function startPeer(onSocket: (socket: Socket) => void): Promise<Server & { url: string }> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(server, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

/** Two gateways, a third that ends, neighbours that are no gateways, and MCP servers that work or fail. */
export class NegotiationHarness extends GatewayHarness {
  readonly users = new Map<string, HarnessUser>();

  private constructor(
    readonly both: EraServer,
    /** The MCP server that fails as a case wants it. */
    readonly unwell: ScriptedServer,
    peers: readonly Server[],
  ) {
    super({ settings: { bodyTimeoutMs: 500 } });
    for (const one of [both, unwell, ...peers]) this.owns(one);
  }

  static async start(): Promise<NegotiationHarness> {
    const silent = await startPeer(() => undefined);
    const resetting = await startPeer((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const garbled = await startPeer((socket) => socket.once('data', () => socket.end('garbage\r\n\r\n')));
    const peers = { silent, resetting, garbled };
    const both = await ERAS['both eras']();
    const harness = new NegotiationHarness(both, await startScriptedServer(), Object.values(peers));
    await harness.open('aws', 'azure', 'edge');
    for (const [name, { url }] of Object.entries(peers)) harness.register(name, url);
    harness.register('gone', `http://127.0.0.1:${await freePort()}`);
    harness.register('imposter', new URL(harness.unwell.url).origin);
    harness.people();
    harness.servers(`http://127.0.0.1:${await freePort()}/mcp`);
    return harness;
  }

  tokenOf(name: string): string {
    return this.users.get(name)?.token ?? name;
  }

  private people(): void {
    for (const name of ['alice', 'stranger', 'dave', 'erin']) this.users.set(name, this.user(name));
    this.users.set('narrow', this.user('narrow', ['other']));
    this.put('user', 'erin', { name: 'erin', groups: [], enabled: false });
    const subjects = ['alice', 'narrow', 'dave', 'erin'].map((name) => `user:${name}`);
    this.policy('all', { subjects });
    this.gateway('aws').store.revoke([{ hash: tokenHash(this.tokenOf('dave')), until: null }]);
  }

  private servers(deadUrl: string): void {
    this.server('both', 'azure', this.both.url);
    this.server('on-edge', 'edge', this.both.url);
    this.server('dead', 'azure', deadUrl);
    this.server('unwell', 'azure', this.unwell.url, { responseMs: 300, idleStreamMs: 300 });
    for (const peer of ['gone', 'silent', 'resetting', 'garbled', 'imposter'])
      this.server(`behind-${peer}`, peer, this.both.url, { responseMs: 100 });
  }
}
