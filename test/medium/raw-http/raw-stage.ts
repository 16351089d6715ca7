import { RelayRig, type RigUser } from '../../support/relay/relay-rig.js';
import { JSON_TYPE, startScriptedServer, type ScriptedServer } from '../../support/relay/scripted-server.js';
import type { GatewaySettings } from '../../../apps/federation/src/settings/settings.js';
import { SERVER } from './forms/form.js';

/** A gateway with an MCP server that answers with the name of the tool that was called, or of the HTTP method. */
export class RawStage {
  private constructor(
    readonly rig: RelayRig,
    readonly upstream: ScriptedServer,
    readonly alice: RigUser,
    readonly bob: RigUser,
  ) {}

  static async start(settings: Partial<GatewaySettings> = {}): Promise<RawStage> {
    const rig = await RelayRig.startWith(settings, 'aws');
    const upstream = await startScriptedServer();
    upstream.script = ({ method, body }, response) => {
      const { id, params } = (body === '' ? { id: 0, params: { name: method } } : JSON.parse(body)) as Call;
      response.writeHead(200, JSON_TYPE);
      response.end(JSON.stringify({ jsonrpc: '2.0', id, result: { call: params.name } }));
    };
    rig.server(SERVER, 'aws', upstream.url);
    rig.policy('all', {});
    return new RawStage(rig, upstream, rig.user('alice@example.com'), rig.user('bob@example.com'));
  }

  get url(): string {
    return this.rig.gateway('aws').url;
  }

  /** What the MCP server was asked for since the last time, by name. */
  takeCalls(): string[] {
    return this.upstream.seen.splice(0).map(({ method, body }) => (body === '' ? method : nameIn(body)));
  }

  async stop(): Promise<void> {
    await this.upstream.close();
    await this.rig.stop();
  }
}

interface Call {
  id: unknown;
  params: { name: string };
}

const nameIn = (body: string): string => (JSON.parse(body) as Call).params.name;
