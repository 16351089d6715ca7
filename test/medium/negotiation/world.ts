import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tokenHash } from '#libs/contract';
import { freePort } from '../../../scripts/toolchain/free-port.mjs';
import { RelayRig, type RigUser } from '../../support/relay/relay-rig.js';
import { startScriptedServer, type ScriptedServer } from '../../support/relay/scripted-server.js';
import { ERAS, type EraServer } from './eras.js';

/** Answers each connection in its own way; no HTTP server at all. */
async function startPeer(onSocket: (socket: Socket) => void): Promise<Server & { url: string }> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(server, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

/** Two gateways, a third that ends, neighbours that are none, and MCP servers well and unwell. */
export class World {
  readonly users = new Map<string, RigUser>();

  private constructor(
    readonly rig: RelayRig,
    readonly both: EraServer,
    /** The MCP server that fails as a case wants it. */
    readonly unwell: ScriptedServer,
    private readonly peers: readonly Server[],
  ) {}

  static async start(): Promise<World> {
    const silent = await startPeer(() => undefined);
    const resetting = await startPeer((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const garbled = await startPeer((socket) => socket.once('data', () => socket.end('garbage\r\n\r\n')));
    const peers = { silent, resetting, garbled };
    const rig = await RelayRig.startWith({ bodyTimeoutMs: 500 }, 'aws', 'azure', 'edge');
    const world = new World(rig, await ERAS['both eras'](), await startScriptedServer(), [
      silent,
      resetting,
      garbled,
    ]);
    for (const [name, { url }] of Object.entries(peers)) world.peer(name, url);
    world.peer('gone', `http://127.0.0.1:${await freePort()}`);
    world.peer('imposter', new URL(world.unwell.url).origin);
    world.people();
    world.servers(`http://127.0.0.1:${await freePort()}/mcp`);
    return world;
  }

  async stop(): Promise<void> {
    await this.rig.stop();
    await this.both.close();
    await this.unwell.close();
    for (const peer of this.peers) peer.close();
  }

  tokenOf(name: string): string {
    return this.users.get(name)?.token ?? name;
  }

  private peer(name: string, url: string): void {
    this.rig.put('gateway', name, { name, url, hopUrl: null, labels: {} });
  }

  private people(): void {
    for (const name of ['alice', 'stranger', 'dave', 'erin']) this.users.set(name, this.rig.user(name));
    this.users.set('narrow', this.rig.user('narrow', ['other']));
    this.rig.put('user', 'erin', { name: 'erin', groups: [], enabled: false });
    const subjects = ['alice', 'narrow', 'dave', 'erin'].map((name) => `user:${name}`);
    this.rig.policy('all', { subjects });
    this.rig.gateway('aws').store.revoke([{ hash: tokenHash(this.tokenOf('dave')), until: null }]);
  }

  private servers(deadUrl: string): void {
    this.rig.server('both', 'azure', this.both.url);
    this.rig.server('on-edge', 'edge', this.both.url);
    this.rig.server('dead', 'azure', deadUrl);
    this.rig.server('unwell', 'azure', this.unwell.url, { responseMs: 300, idleStreamMs: 300 });
    for (const peer of ['gone', 'silent', 'resetting', 'garbled', 'imposter'])
      this.rig.server(`behind-${peer}`, peer, this.both.url, { responseMs: 100 });
  }
}
