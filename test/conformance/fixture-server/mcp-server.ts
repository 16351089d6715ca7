import { McpServer } from '@modelcontextprotocol/server';
import { registerPrompts } from './prompts.js';
import { registerResources } from './resources.js';
import { registerTaskMethods, TASKS } from './tasks/task-methods.js';
import type { TaskStore } from './tasks/task-store.js';
import { registerTaskTools } from './tasks/task-tools.js';
import { registerAskingTools } from './tools/asking-tools.js';
import { registerContentTools } from './tools/content-tools.js';
import { registerDiagnosticTools, type ListChanges } from './tools/diagnostic-tools.js';
import { registerInputRequiredTools, requestState } from './tools/input-required-tools.js';
import { registerSchemaTools } from './tools/schema-tools.js';
import { registerStreamingTools } from './tools/streaming-tools.js';

/** Every fixture that the conformance suite asks for, for one session or one request. Only modern servers have tasks. */
export function fixtureMcpServer(
  changes: (server: McpServer) => ListChanges,
  tasks: TaskStore | null = null,
): McpServer {
  const server = new McpServer(
    { name: 'conformance-fixtures', version: '1.0.0' },
    {
      capabilities: {
        logging: {},
        completions: {},
        resources: { subscribe: true },
        extensions: tasks === null ? {} : { [TASKS]: {} },
      },
      requestState: { verify: (state, context) => requestState.verify(state, context) },
    },
  );
  registerContentTools(server);
  registerStreamingTools(server);
  registerAskingTools(server);
  registerInputRequiredTools(server);
  registerSchemaTools(server);
  registerDiagnosticTools(server, changes(server));
  registerResources(server);
  registerPrompts(server);
  if (tasks !== null) {
    registerTaskTools(server, tasks);
    registerTaskMethods(server, tasks);
  }
  return server;
}
