import type { IncomingMessage, ServerResponse } from 'node:http';
import type { StreamPace } from '#libs/routing';
import {
  bearer,
  callOf,
  JSON_HEADERS,
  modern,
  open,
  path,
  type RawRequest,
} from '../../support/relay/raw-client.js';
import { until, type HarnessUser } from '../../support/relay/gateway-harness.js';
import { ScriptedHarness } from '../../support/relay/scripted-harness.js';
import { SSE_TYPE, startScriptedServer } from '../../support/relay/scripted-server.js';

export const ACKNOWLEDGED =
  'data: {"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{}}\n\n';

const modernCall = modern('tools/call', { name: 'get_mail', arguments: {} });

/** A `subscriptions/listen` that asks for these lists. */
export const listening = (...lists: string[]): RawRequest => ({
  ...modern('subscriptions/listen', {
    notifications: Object.fromEntries(lists.map((list) => [`${list}ListChanged`, true])),
  }),
});

/** The requests whose responses stay open, with what the MCP server says first. */
export const REQUESTS = {
  'legacy GET': { request: { method: 'GET' }, first: 'id: 1\ndata: {"first":1}\n\n' },
  'legacy call': { request: { body: callOf('get_mail') }, first: 'data: {"first":1}\n\n' },
  'modern listen': { request: listening('tools'), first: ACKNOWLEDGED },
  'modern call': { request: modernCall, first: 'data: {"first":1}\n\n' },
} satisfies Record<string, { request: RawRequest; first: string }>;

export type Kind = keyof typeof REQUESTS;
export const KINDS = Object.keys(REQUESTS) as Kind[];

/** A response as its reader has it so far. */
export class Reader {
  text = '';
  /** How the response ended: as a whole, or not. */
  end: 'whole' | 'cut' | null = null;

  constructor(
    readonly response: IncomingMessage,
    /** The MCP server's side. */
    readonly held: ServerResponse,
  ) {
    response.on('data', (chunk: Buffer) => (this.text += chunk.toString('utf8')));
    response.on('end', () => (this.end ??= 'whole'));
    response.on('error', () => (this.end ??= 'cut'));
  }

  /** Waits until the text has come. */
  async has(text: string): Promise<true> {
    await until(() => this.text.includes(text));
    return true;
  }

  async ended(): Promise<'whole' | 'cut' | null> {
    await until(() => this.end !== null);
    return this.end;
  }

  /** The MCP server sees that nobody reads any more. */
  async isLetGo(): Promise<void> {
    await until(() => this.held.destroyed);
  }
}

/** Two gateways before one MCP server whose streams a test holds open. */
export class StreamHarness extends ScriptedHarness {
  private users = 0;

  static async start(pace: Partial<StreamPace>): Promise<StreamHarness> {
    const options = { pace: { sweepMs: 20, reviewGapMs: 10, ...pace } };
    const harness = await new StreamHarness(await startScriptedServer(), options).openBoth();
    harness.policy('everything', { subjects: ['group:staff'] });
    return harness;
  }

  /** Somebody new, who may do everything by a policy of their own. */
  newUser(): HarnessUser {
    const name = `user-${++this.users}`;
    this.policy(`own-${name}`, { subjects: [`user:${name}`] });
    return this.user(name);
  }

  /** Opens a stream and waits for what the MCP server says first. */
  async begin(server: string, kind: Kind, user: HarnessUser): Promise<Reader> {
    const { request, first } = REQUESTS[kind];
    const reader = await this.read(server, request, user, first);
    await reader.has(first);
    return reader;
  }

  /** Opens a stream on which the MCP server says `first`, and stays. */
  async read(
    server: string,
    request: RawRequest,
    user: HarnessUser,
    first = '',
    head: Record<string, string> = SSE_TYPE,
  ): Promise<Reader> {
    const answered = Promise.withResolvers<ServerResponse>();
    this.upstream.script = (_, response) => {
      response.writeHead(200, head).flushHeaders();
      if (first !== '') response.write(first);
      answered.resolve(response);
    };
    const response = await this.ask(server, request, user);
    return new Reader(response, await answered.promise);
  }

  /** Resolves with the head of the answer. */
  ask(server: string, given: RawRequest, user: HarnessUser): Promise<IncomingMessage> {
    const headers = [...bearer(user), ...JSON_HEADERS, ...(given.headers ?? [])];
    return open(this.gateway('aws').url, { ...given, path: path(server), headers });
  }
}
