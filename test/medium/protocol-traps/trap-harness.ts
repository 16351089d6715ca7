import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  bearer,
  JSON_HEADERS,
  open,
  path,
  post,
  type RawAnswer,
  type RawRequest,
} from '../../support/relay/raw-client.js';
import { until, type HarnessOptions } from '../../support/relay/gateway-harness.js';
import { DISTANCES, ScriptedHarness, type Distance } from '../../support/relay/scripted-harness.js';
import { SSE_TYPE, startScriptedServer, type Script } from '../../support/relay/scripted-server.js';

/** With the MCP server asked directly, as the yardstick. */
export const ALL_DISTANCES: Distance[] = [{ hops: '0 hops', server: '', gateways: [] }, ...DISTANCES];

/** What is other than usual: the servers' time-outs, and the gateways' settings or care of streams. */
export interface TrapOptions extends HarnessOptions {
  timeouts?: Record<string, number>;
}

/** Two gateways before one MCP server, and users who may do more or less. */
export class TrapHarness extends ScriptedHarness {
  /** May do everything. */
  readonly alice = this.user('alice');
  /** May do everything, too. */
  readonly bob = this.user('bob');
  /** May list and call tools named `get_…`, and do nothing else. */
  readonly carol = this.user('carol');
  /** May list whatever there is to get, but get nothing of it. */
  readonly dave = this.user('dave');
  /** The response that the MCP server last left open. */
  held: ServerResponse | null = null;

  static async start({ timeouts, ...options }: TrapOptions = {}): Promise<TrapHarness> {
    const harness = await new TrapHarness(await startScriptedServer(), options).openBoth(timeouts);
    harness.policy('everything', { subjects: ['user:alice', 'user:bob'] });
    harness.policy('some-tools', { subjects: ['user:carol'], tools: ['get_*'] });
    const lists = ['prompts/list', 'resources/list', 'resources/templates/list'];
    harness.policy('lists-only', { subjects: ['user:dave'], methods: lists });
    return harness;
  }

  /** Answers with the head of a stream and some text, and leaves it open. */
  leaveOpen(text = 'data: first\n\n', head: Record<string, string> = SSE_TYPE): Script {
    return (_, response) => {
      this.held = response;
      response.writeHead(200, head).flushHeaders();
      if (text !== '') response.write(text);
    };
  }

  /** Waits until the MCP server sees that the asker of its first request has gone. */
  async sawAbort(): Promise<boolean> {
    await until(() => this.upstream.seen[0]?.aborted === true);
    return true;
  }

  /** Forgets what happened before. */
  reset(): void {
    this.held?.destroy();
    this.held = null;
    this.upstream.seen.length = 0;
    this.upstream.script = (_, response) => void response.end();
    for (const { parts, spool } of this.gateways.values()) {
      parts.length = 0;
      spool.full = false;
    }
  }

  /** Posts a message to a server by its entry gateway, and waits for the end of the answer. */
  ask(server: string, body: string, headers: string[] = [], user = this.alice): Promise<RawAnswer> {
    return post(this, 'aws', server, user, body, headers);
  }

  /** Like {@link ask}, for any request; resolves with the head of the answer. No server: the MCP server directly. */
  begin(server: string, given: RawRequest, user = this.alice): Promise<IncomingMessage> {
    const headers = [...JSON_HEADERS, ...(given.headers ?? [])];
    if (server === '') return open(this.upstream.url, { ...given, path: '/mcp', headers });
    const authorized = { ...given, path: path(server), headers: [...bearer(user), ...headers] };
    return open(this.gateway('aws').url, authorized);
  }
}

/** The server-sent events of a response, each as soon as it is complete. */
export async function* eventsIn(response: IncomingMessage): AsyncGenerator<string> {
  let text = '';
  for await (const chunk of response) {
    const events = (text + String(chunk)).split('\n\n');
    text = events.pop() ?? '';
    yield* events;
  }
}
