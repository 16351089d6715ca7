import type { IncomingMessage } from 'node:http';
import { bearer, open, path, post, type RawAnswer } from '../../support/relay/raw-client.js';
import type { HarnessUser } from '../../support/relay/gateway-harness.js';
import { ScriptedHarness } from '../../support/relay/scripted-harness.js';
import { JSON_TYPE, SSE_TYPE, startScriptedServer } from '../../support/relay/scripted-server.js';

const LISTS = ['prompts/list', 'resources/list', 'resources/templates/list'];

/** Users who may see more or less of the lists of an MCP server, which is also registered for everybody to use. */
export class ListHarness extends ScriptedHarness {
  /** May do everything. */
  readonly admin = this.user('admin');
  /** May list everything, see tools named `get_…`, and get neither prompts nor resources. */
  readonly lister = this.user('lister');
  /** May see tools named `get_…`, and prompts and resources. */
  readonly reader = this.user('reader');

  static async start(): Promise<ListHarness> {
    const harness = await new ListHarness(await startScriptedServer()).openBoth();
    harness.server('near-open', 'aws', harness.upstream.url);
    harness.server('far-open', 'azure', harness.upstream.url);
    harness.policies();
    return harness;
  }

  private policies(): void {
    const closed = ['near', 'far'];
    this.policy('admin', { subjects: ['user:admin'], servers: closed });
    this.policy('tools', { subjects: ['user:lister', 'user:reader'], servers: closed, tools: ['get_*'] });
    this.policy('lists', { subjects: ['user:lister'], servers: closed, methods: LISTS });
    const reading = ['prompts/*', 'resources/*', 'completion/complete'];
    this.policy('reading', { subjects: ['user:reader'], servers: closed, methods: reading });
    this.policy('open', { servers: ['near-open', 'far-open'] });
  }

  answerJson(body: string): void {
    this.upstream.script = (_, response) => void response.writeHead(200, JSON_TYPE).end(body);
  }

  /** A stream of these pieces, each of which leaves the server by itself. */
  stream(...pieces: (string | Buffer)[]): void {
    this.upstream.script = (_, response) => {
      response.writeHead(200, SSE_TYPE);
      const next = (): void => {
        const piece = pieces.shift();
        if (piece === undefined) return void response.end();
        response.write(piece, () => setTimeout(next, 2));
      };
      next();
    };
  }

  ask(server: string, user: HarnessUser, body: string, headers: string[] = []): Promise<RawAnswer> {
    return post(this, 'aws', server, user, body, headers);
  }

  /** Opens the GET stream at a replica of the entry gateway, as a client that resumes it. */
  listen(server: string, user: HarnessUser, lastEventId: string, at = 'aws'): Promise<IncomingMessage> {
    const resume = ['Accept', 'text/event-stream', 'Last-Event-ID', lastEventId];
    const headers = [...bearer(user), ...resume];
    return open(this.gateway(at).url, { method: 'GET', path: path(server), headers });
  }
}
