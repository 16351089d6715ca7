import { GatewayHarness } from '../../support/relay/gateway-harness.js';
import {
  JSON_TYPE,
  SSE_TYPE,
  startScriptedServer,
  type ScriptedServer,
} from '../../support/relay/scripted-server.js';
import type { GatewaySettings } from '../../../apps/federation/src/settings/settings.js';
import { SERVER } from './forms/form.js';

/** A gateway with an MCP server that answers with the name of the tool that was called, or of the HTTP method. */
export class RawHttpHarness extends GatewayHarness {
  readonly alice = this.user('alice@example.com');
  readonly bob = this.user('bob@example.com');

  private constructor(
    readonly upstream: ScriptedServer,
    settings: Partial<GatewaySettings>,
  ) {
    super({ settings });
    this.owns(upstream);
  }

  static async start(settings: Partial<GatewaySettings> = {}): Promise<RawHttpHarness> {
    const harness = new RawHttpHarness(await startScriptedServer(), settings);
    await harness.open('aws');
    harness.upstream.script = ({ method, body }, response) => {
      const { id, params } = (body === '' ? { id: 0, params: { name: method } } : JSON.parse(body)) as Call;
      const text = JSON.stringify({ jsonrpc: '2.0', id, result: { call: params.name } });
      if (method === 'GET') response.writeHead(200, SSE_TYPE).end(`data: ${text}\n\n`);
      else response.writeHead(200, JSON_TYPE).end(text);
    };
    harness.server(SERVER, 'aws', harness.upstream.url);
    harness.policy('all', {});
    return harness;
  }

  get url(): string {
    return this.gateway('aws').url;
  }

  /** What the MCP server was asked for since the last time this was called, by name. */
  takeCalls(): string[] {
    return this.upstream.seen.splice(0).map(({ method, body }) => (body === '' ? method : nameIn(body)));
  }
}

interface Call {
  id: unknown;
  params: { name: string };
}

const nameIn = (body: string): string => (JSON.parse(body) as Call).params.name;
