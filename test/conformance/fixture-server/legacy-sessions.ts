import { randomUUID } from 'node:crypto';
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server';
import { SessionEvents } from './event-store.js';
import { fixtureMcpServer } from './mcp-server.js';

/** How long clients wait before they resume a stream that was closed. */
const RETRY_MS = 200;

/** The legacy half: sessions, each with its own server, whose streams can be resumed. */
export class LegacySessions {
  private readonly transports = new Map<string, WebStandardStreamableHTTPServerTransport>();

  async fetch(request: Request): Promise<Response> {
    const id = request.headers.get('mcp-session-id');
    const transport = id === null ? await this.open() : this.transports.get(id);
    return transport?.handleRequest(request) ?? unknownSession();
  }

  async close(): Promise<void> {
    await Promise.all([...this.transports.values()].map((transport) => transport.close()));
  }

  private async open(): Promise<WebStandardStreamableHTTPServerTransport> {
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      eventStore: new SessionEvents(),
      retryInterval: RETRY_MS,
      onsessioninitialized: (id) => void this.transports.set(id, transport),
      onsessionclosed: (id) => void this.transports.delete(id),
    });
    const server = fixtureMcpServer((mcp) => ({
      tools: () => mcp.sendToolListChanged(),
      prompts: () => mcp.sendPromptListChanged(),
    }));
    await server.connect(transport);
    return transport;
  }
}

function unknownSession(): Response {
  const error = { code: -32001, message: 'Session not found' };
  return Response.json({ jsonrpc: '2.0', id: null, error }, { status: 404 });
}
