import type { IncomingMessage } from 'node:http';
import { bearer, open, path, post, type RawAnswer } from '../../support/relay/raw-client.js';
import { RelayRig, type RigUser } from '../../support/relay/relay-rig.js';
import {
  JSON_TYPE,
  SSE_TYPE,
  startScriptedServer,
  type ScriptedServer,
} from '../../support/relay/scripted-server.js';

/** How far an MCP server is from the agent, who comes in at `aws`. */
export const DISTANCES = [
  { hops: 'one hop', server: 'near' },
  { hops: 'two hops', server: 'far' },
];

const LISTS = ['prompts/list', 'resources/list', 'resources/templates/list'];

/** Gateways before one scripted MCP server, and users who may see more or less of its lists. */
export class ListStage {
  private constructor(
    readonly rig: RelayRig,
    readonly upstream: ScriptedServer,
    /** May do everything. */
    readonly admin: RigUser,
    /** May list everything, see tools named `get_…`, and get neither prompts nor resources. */
    readonly lister: RigUser,
    /** May see tools named `get_…`, and prompts and resources. */
    readonly reader: RigUser,
  ) {}

  static async start(): Promise<ListStage> {
    const upstream = await startScriptedServer();
    const rig = await RelayRig.start('aws', 'azure');
    for (const server of ['near', 'near-open']) rig.server(server, 'aws', upstream.url);
    for (const server of ['far', 'far-open']) rig.server(server, 'azure', upstream.url);
    const [admin, lister, reader] = [rig.user('admin'), rig.user('lister'), rig.user('reader')];
    const closed = ['near', 'far'];
    rig.policy('admin', { subjects: ['user:admin'], servers: closed });
    rig.policy('tools', { subjects: ['user:lister', 'user:reader'], servers: closed, tools: ['get_*'] });
    rig.policy('lists', { subjects: ['user:lister'], servers: closed, methods: LISTS });
    const reading = ['prompts/*', 'resources/*', 'completion/complete'];
    rig.policy('reading', { subjects: ['user:reader'], servers: closed, methods: reading });
    rig.policy('open', { servers: ['near-open', 'far-open'] });
    return new ListStage(rig, upstream, admin, lister, reader);
  }

  async stop(): Promise<void> {
    await this.rig.stop();
    await this.upstream.close();
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

  ask(server: string, user: RigUser, body: string, headers: string[] = []): Promise<RawAnswer> {
    return post(this.rig, 'aws', server, user, body, headers);
  }

  /** Opens the GET stream at a replica of the entry gateway, as a client that resumes it. */
  listen(server: string, user: RigUser, lastEventId: string, at = 'aws'): Promise<IncomingMessage> {
    const resume = ['Accept', 'text/event-stream', 'Last-Event-ID', lastEventId];
    const headers = [...bearer(user), ...resume];
    return open(this.rig.gateway(at).url, { method: 'GET', path: path(server), headers });
  }
}
