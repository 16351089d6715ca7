import {
  CLIENT_CAPABILITIES_META_KEY,
  MissingRequiredClientCapabilityError,
  ProtocolError,
  ProtocolErrorCode,
  type ClientCapabilities,
  type InputResponses,
  type McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { Task, TaskStore } from './task-store.js';

/** Identifies the extension in the capabilities of either side (SEP-2663). */
export const TASKS = 'io.modelcontextprotocol/tasks';

const CAPABILITY = { extensions: { [TASKS]: {} } };

/** True if the client says in this request that it can handle tasks. */
export function handlesTasks({ mcpReq }: ServerContext): boolean {
  const envelope: Record<string, unknown> = { ...mcpReq.envelope };
  const declared = envelope[CLIENT_CAPABILITIES_META_KEY] as ClientCapabilities | undefined;
  return declared?.extensions?.[TASKS] !== undefined;
}

/** @throws MissingRequiredClientCapabilityError if the client cannot handle tasks */
function assertHandlesTasks(context: ServerContext): void {
  if (!handlesTasks(context))
    throw new MissingRequiredClientCapabilityError({ requiredCapabilities: CAPABILITY });
}

type Handler = (request: { params?: { name?: unknown } }, context: ServerContext) => Promise<unknown>;

/**
 * Refuses calls of these tools by clients that cannot handle tasks. It has to be done in front of the SDK's own handler,
 * which makes a result of every error of a tool, and has no place for it.
 */
export function requireTasksFor({ server }: McpServer, tools: ReadonlySet<unknown>): void {
  const handlers = (server as unknown as { _requestHandlers: Map<string, Handler> })['_requestHandlers'];
  const call = handlers.get('tools/call');
  if (call === undefined) throw new Error('There are no tools yet');
  handlers.set('tools/call', async (request, context) => {
    if (tools.has(request.params?.name)) assertHandlesTasks(context);
    return call(request, context);
  });
}

/** Serves the methods of the extension; the SDK serves those of its predecessor only. */
export function registerTaskMethods({ server }: McpServer, store: TaskStore): void {
  const named = z.looseObject({ taskId: z.string() });
  const find = (taskId: string, context: ServerContext): Task => {
    assertHandlesTasks(context);
    const task = store.get(taskId);
    if (task === undefined)
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'Unknown task', { taskId });
    return task;
  };
  server.setRequestHandler(
    'tasks/get',
    { params: named },
    ({ taskId }, context) => find(taskId, context).detail,
  );
  server.setRequestHandler('tasks/cancel', { params: named }, ({ taskId }, context) => {
    find(taskId, context).cancel();
    return {};
  });
  server.setRequestHandler('tasks/update', { params: named }, ({ taskId }, context) => {
    find(taskId, context).update((context.mcpReq.inputResponses ?? {}) as InputResponses);
    return {};
  });
}
