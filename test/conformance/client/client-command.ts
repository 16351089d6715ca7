import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { runtimeNode } from '../../../scripts/toolchain/paths.mjs';

/** What the suite tells the client that it tests. */
export interface ClientRun {
  scenario: string;
  revision: string;
  context: Record<string, unknown>;
  /** Of the scenario's server. */
  url: string;
}

/**
 * The command that the suite takes for a client. It hands each run over to this process, where SDK and admin API are at
 * hand, and ends as the run does.
 */
export class ClientCommand {
  private constructor(private readonly server: Server) {}

  static async start(play: (run: ClientRun) => Promise<void>): Promise<ClientCommand> {
    const server = createServer((request, response) => {
      handle(request, play).then(
        () => response.writeHead(204).end(),
        (error: Error) => {
          console.error(error);
          response.writeHead(500).end();
        },
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new ClientCommand(server);
  }

  /** The suite appends the URL of the scenario's server. */
  get line(): string {
    const { port } = this.server.address() as AddressInfo;
    const script = join(import.meta.dirname, 'hand-over.mjs');
    return `${runtimeNode()} ${script} http://127.0.0.1:${port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

async function handle(request: IncomingMessage, play: (run: ClientRun) => Promise<void>): Promise<void> {
  await play(JSON.parse(await text(request)) as ClientRun);
}
