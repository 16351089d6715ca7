import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { McpServer as LegacyMcpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { createMcpHandler, McpServer, type CreateMcpHandlerOptions } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { startLegacyServer } from '../../support/legacy-server.js';

export interface EraServer {
  url: string;
  close(): Promise<void>;
}

const SAID = { content: [{ type: 'text' as const, text: 'said' }] };

async function listen(
  listener: RequestListener,
  end = async (): Promise<void> => undefined,
): Promise<EraServer> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    close: async () => {
      await end();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Legacy only, and without sessions: each POST has a transport of its own, and there are no streams. */
function startStateless(): Promise<EraServer> {
  return listen((request, response) => {
    if (request.method !== 'POST') {
      response.writeHead(405, { allow: 'POST' }).end();
      return;
    }
    const server = new LegacyMcpServer({ name: 'stateless', version: '1.0.0' }, { instructions: 'Say it.' });
    server.registerTool('say', { inputSchema: {} }, () => SAID);
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
    response.on('close', () => void server.close());
    void server.connect(transport).then(() => transport.handleRequest(request, response));
  });
}

function startHandler(name: string, options: CreateMcpHandlerOptions): Promise<EraServer> {
  const handler = createMcpHandler(() => {
    const server = new McpServer({ name, version: '2.0.0' }, { instructions: 'Say it.' });
    server.registerTool('say', { inputSchema: z.object({}) }, () => SAID);
    return server;
  }, options);
  const handle = toNodeHandler(handler);
  return listen(
    (request, response) => void handle(request, response),
    () => handler.close(),
  );
}

/** Real MCP servers, by what they understand. */
export const ERAS = {
  'legacy with sessions': startLegacyServer,
  'legacy without sessions': startStateless,
  'modern only': () => startHandler('modern-only', { legacy: 'reject' }),
  'modern only, by events': () => startHandler('modern-events', { legacy: 'reject', responseMode: 'sse' }),
  'both eras': () => startHandler('both-eras', {}),
} satisfies Record<string, () => Promise<EraServer>>;

export type EraName = keyof typeof ERAS;
export const ERA_NAMES = Object.keys(ERAS) as EraName[];

/** The name under which such a server is registered. */
export const slugOf = (era: EraName): string => era.replaceAll(/[^a-z]+/g, '-');
