import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, inputRequired, McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';

/** What the MCP server saw of one HTTP request. */
export interface SeenRequest {
  method: string;
  /** Names and values in turn, as they came. */
  rawHeaders: string[];
}

/** An MCP server of both eras that remembers what reached it. */
export interface ModernServer {
  url: string;
  seen: SeenRequest[];
  /** Arguments `id` of the calls of `wait` that were started, and of those that were cancelled. */
  started: string[];
  cancelled: string[];
  /** How often `count` was executed, by its argument. */
  counted: Map<string, number>;
  close(): Promise<void>;
}

const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] });

type Log = Pick<ModernServer, 'started' | 'cancelled' | 'counted'> & {
  /** Calls of `handshake`, by their argument, that wait for `acknowledge` to be called before they complete. */
  waiting: Map<string, () => void>;
};

function mcpServer(log: Log): McpServer {
  const server = new McpServer({ name: 'modern', version: '1.0.0' }, { capabilities: { logging: {} } });
  const id = z.object({ id: z.string() });
  server.registerTool('echo', { inputSchema: z.object({ message: z.string() }) }, ({ message }) =>
    text(message),
  );
  server.registerTool('count', { inputSchema: id }, (args) => {
    log.counted.set(args.id, (log.counted.get(args.id) ?? 0) + 1);
    return text(`counted ${args.id}`);
  });
  server.registerTool('wait', { inputSchema: id }, async (args, context) => {
    log.started.push(args.id);
    await new Promise<void>((resolve) => {
      context.mcpReq.signal.addEventListener('abort', () => {
        log.cancelled.push(args.id);
        resolve();
      });
    });
    return text('never');
  });
  server.registerTool(
    'steps',
    { inputSchema: z.object({ count: z.number() }) },
    async ({ count }, context) => {
      for (let step = 1; step <= count; step++) {
        await context.mcpReq.notify({
          method: 'notifications/progress',
          params: {
            progressToken: context.mcpReq['_meta']?.progressToken ?? 0,
            progress: step,
            total: count,
          },
        });
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return text(`${count} steps`);
    },
  );
  server.registerTool('handshake', { inputSchema: id }, async (args, context) => {
    const acknowledged = new Promise<void>((resolve) => log.waiting.set(args.id, resolve));
    const progressToken = context.mcpReq['_meta']?.progressToken ?? 0;
    await context.mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress: 1 } });
    await acknowledged;
    return text('shaken');
  });
  server.registerTool('acknowledge', { inputSchema: id }, (args) => {
    log.waiting.get(args.id)?.();
    return text('acknowledged');
  });
  server.registerTool('confirm', {}, (context) => {
    if (context.mcpReq.inputResponses !== undefined) return text('confirmed');
    const requestedSchema = z.object({ confirm: z.boolean() });
    return inputRequired({
      inputRequests: { confirm: inputRequired.elicit({ message: 'Go on?', requestedSchema }) },
    });
  });
  server.registerResource('readme', 'demo://readme', { mimeType: 'text/plain' }, (uri) => ({
    contents: [{ uri: uri.href, text: 'A resource behind two gateways' }],
  }));
  server.registerPrompt('greeting', { argsSchema: z.object({ name: z.string() }) }, ({ name }) => ({
    messages: [{ role: 'user', content: { type: 'text', text: `Hello ${name}` } }],
  }));
  return server;
}

/** Starts it on a loopback port of this process. */
export async function startModernServer(): Promise<ModernServer> {
  const log: Log & { seen: SeenRequest[] } = {
    seen: [],
    started: [],
    cancelled: [],
    counted: new Map(),
    waiting: new Map(),
  };
  const handler = createMcpHandler(() => mcpServer(log));
  const handle = toNodeHandler(handler);
  const server: Server = createServer((request: IncomingMessage, response) => {
    log.seen.push({ method: request.method ?? '', rawHeaders: request.rawHeaders });
    void handle(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    ...log,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    close: async () => {
      await handler.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
