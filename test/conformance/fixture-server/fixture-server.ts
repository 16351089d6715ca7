import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  localhostHostValidation,
  localhostOriginValidation,
  toNodeHandler,
} from '@modelcontextprotocol/node';
import { createMcpHandler, isLegacyRequest } from '@modelcontextprotocol/server';
import { TaskStore } from './tasks/task-store.js';
import { LegacySessions } from './legacy-sessions.js';
import { fixtureMcpServer } from './mcp-server.js';

export interface FixtureServer {
  url: string;
  close(): Promise<void>;
}

/** Starts the server that the conformance suite is run against, of both eras, on a loopback port. */
export async function startFixtureServer(): Promise<FixtureServer> {
  const legacy = new LegacySessions();
  const tasks = new TaskStore();
  const modern = createMcpHandler(
    () =>
      fixtureMcpServer(
        () => ({
          tools: () => modern.notify.toolsChanged(),
          prompts: () => modern.notify.promptsChanged(),
        }),
        tasks,
      ),
    { legacy: 'reject' },
  );
  const serve = toNodeHandler({
    fetch: async (request) =>
      (await isLegacyRequest(request)) ? legacy.fetch(request) : modern.fetch(request),
  });
  const guards = [localhostHostValidation(), localhostOriginValidation()];
  const server = createServer((request, response) => {
    if (guards.every((allows) => allows(request, response))) void serve(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    close: async () => {
      tasks.cancelAll();
      await legacy.close();
      await modern.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
