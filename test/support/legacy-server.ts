import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { z } from 'zod';

/** An MCP server of the legacy revisions, with sessions, that remembers what it did. */
export interface LegacyServer {
  url: string;
  started: string[];
  cancelled: string[];
  /** Session ids that it gave out, and those that were ended. */
  sessions: string[];
  ended: string[];
  close(): Promise<void>;
}

type Log = Pick<LegacyServer, 'started' | 'cancelled' | 'sessions' | 'ended'>;

function mcpServer(log: Log): McpServer {
  const server = new McpServer({ name: 'legacy', version: '1.0.0' });
  let calls = 0;
  server.registerTool('count', { inputSchema: {} }, () => {
    calls += 1;
    return { content: [{ type: 'text', text: String(calls) }] };
  });
  server.registerTool('wait', { inputSchema: { id: z.string() } }, async ({ id }, { signal }) => {
    log.started.push(id);
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    log.cancelled.push(id);
    return { content: [] };
  });
  return server;
}

/** Starts it on a loopback port of this process. */
export async function startLegacyServer(): Promise<LegacyServer> {
  const log: Log = { started: [], cancelled: [], sessions: [], ended: [] };
  const transports = new Map<string, StreamableHTTPServerTransport>();
  const open = async (): Promise<StreamableHTTPServerTransport> => {
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (id) => {
        transports.set(id, transport);
        log.sessions.push(id);
      },
      onsessionclosed: (id) => {
        transports.delete(id);
        log.ended.push(id);
      },
    });
    await mcpServer(log).connect(transport);
    return transport;
  };
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const id = request.headers['mcp-session-id'];
    const transport = typeof id === 'string' ? transports.get(id) : await open();
    if (transport === undefined) response.writeHead(404).end();
    else await transport.handleRequest(request, response);
  };
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    ...log,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
