import { GatewayHarness, type HarnessOptions } from './gateway-harness.js';
import { startScriptedServer, type ScriptedServer } from './scripted-server.js';

/** How far an MCP server is from the agent, who comes in at `aws`. */
export interface Distance {
  hops: string;
  /** The name to call it by. */
  server: string;
  /** The gateways on the way. */
  gateways: string[];
}

export const DISTANCES: Distance[] = [
  { hops: 'one hop', server: 'near', gateways: ['aws'] },
  { hops: 'two hops', server: 'far', gateways: ['aws', 'azure'] },
];

/** The gateways aws and azure, and one scripted MCP server, which is registered at either distance. */
export class ScriptedHarness extends GatewayHarness {
  protected constructor(
    readonly upstream: ScriptedServer,
    options: HarnessOptions = {},
  ) {
    super(options);
    this.owns(upstream);
  }

  static async scripted(): Promise<ScriptedHarness> {
    const harness = new ScriptedHarness(await startScriptedServer());
    return harness.openBoth();
  }

  /** @param timeouts Of the MCP server, where other than usual. */
  protected async openBoth(timeouts?: Record<string, number>): Promise<this> {
    await this.open('aws', 'azure');
    this.serve(timeouts);
    return this;
  }

  /** Registers the MCP server at either distance. */
  serve(timeouts?: Record<string, number>): void {
    this.server('near', 'aws', this.upstream.url, timeouts);
    this.server('far', 'azure', this.upstream.url, timeouts);
  }
}
