import { setTimeout as sleep } from 'node:timers/promises';
import type { McpServer, ServerContext } from '@modelcontextprotocol/server';
import { text } from '../media.js';

const PAUSE_MS = 50;

/** Tools that send something before their result, or close their stream before it. */
export function registerStreamingTools(server: McpServer): void {
  server.registerTool('test_tool_with_logging', { description: 'Logs three times' }, async (context) => {
    await logged(context, 'Tool execution started');
    await logged(context, 'Tool processing data');
    await context.mcpReq.log('info', 'Tool execution completed');
    return { content: [text('Logged three times.')] };
  });
  server.registerTool(
    'test_logging_tool',
    { description: 'Logs, if the request lets it' },
    async (context) => {
      await context.mcpReq.log('info', 'Only for those who asked for logs.');
      return { content: [text('Logged, or not.')] };
    },
  );
  server.registerTool('test_tool_with_progress', { description: 'Reports progress' }, async (context) => {
    for (const progress of [0, 50, 100]) await reportProgress(context, progress);
    return { content: [text('Progressed to the end.')] };
  });
  server.registerTool(
    'test_reconnection',
    { description: 'Closes its stream, then answers' },
    async (context) => {
      context.http?.closeSSE?.();
      await sleep(2 * PAUSE_MS);
      return { content: [text('Answered on a resumed stream.')] };
    },
  );
}

async function logged(context: ServerContext, message: string): Promise<void> {
  await context.mcpReq.log('info', message);
  await sleep(PAUSE_MS);
}

async function reportProgress(context: ServerContext, progress: number): Promise<void> {
  const progressToken = context.mcpReq['_meta']?.progressToken;
  if (progressToken !== undefined)
    await context.mcpReq.notify({
      method: 'notifications/progress',
      params: { progressToken, progress, total: 100 },
    });
  if (progress < 100) await sleep(PAUSE_MS);
}
