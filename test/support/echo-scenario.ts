import { Federation, type FederationOptions } from './federation.js';
import { endpoint } from './mcp-clients.js';
import { startModernServer } from './modern-server.js';
import { OpenStream } from './open-stream.js';
import type { TokenAnswer } from './registrar.js';
import { outcomeOf, type ToolCall } from './tool-call.js';
import { Traffic } from './traffic.js';

const ALICE = 'alice@example.com';
const SERVER = 'modern';

/** A federation in which a user may call a tool of a server behind `azure`; made to be hurt by a test. */
export class EchoScenario {
  private constructor(
    readonly federation: Federation,
    readonly alice: TokenAnswer,
  ) {}

  static async start(options: Partial<FederationOptions> = {}): Promise<EchoScenario> {
    const federation = await Federation.start({ gateways: { aws: 1, azure: 1 }, ...options });
    try {
      const server = await startModernServer();
      federation.onStop(() => server.close());
      const { registrar } = federation;
      await registrar.server(SERVER, server.url, 'azure');
      const alice = await registrar.user(ALICE);
      await registrar.allow(ALICE, [SERVER]);
      await registrar.untilInSync();
      return new EchoScenario(federation, alice);
    } catch (error) {
      await federation.stop();
      throw error;
    }
  }

  /** Another token of the same user. */
  newToken(): Promise<TokenAnswer> {
    return this.federation.registrar.token(ALICE);
  }

  /** Makes one call that comes in at a gateway. @returns `ok`, or what went wrong */
  outcome(gateway: string, token: string = this.alice.token): Promise<string> {
    return outcomeOf(this.call(gateway, token));
  }

  /** Opens a stream of `subscriptions/listen` that comes in at a gateway. */
  listen(gateway: string, token: string): Promise<OpenStream> {
    const url = endpoint(this.federation.gateway(gateway).url, SERVER);
    return OpenStream.listen(url, token);
  }

  /** Starts calls from `aws` to the server behind `azure`. */
  traffic(): Traffic {
    return new Traffic(1, 40, () => this.call('aws', this.alice.token));
  }

  stop(): Promise<void> {
    return this.federation.stop();
  }

  private call(gateway: string, token: string): ToolCall {
    const url = endpoint(this.federation.gateway(gateway).url, SERVER);
    return { url, token, tool: 'echo', args: { message: 'hello' } };
  }
}
