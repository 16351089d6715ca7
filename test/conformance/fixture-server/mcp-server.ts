import { McpServer } from '@modelcontextprotocol/server';
import { registerPrompts } from './prompts.js';
import { registerResources } from './resources.js';
import { registerAskingTools } from './tools/asking-tools.js';
import { registerContentTools } from './tools/content-tools.js';
import { registerDiagnosticTools, type ListChanges } from './tools/diagnostic-tools.js';
import { registerInputRequiredTools, requestState } from './tools/input-required-tools.js';
import { registerSchemaTools } from './tools/schema-tools.js';
import { registerStreamingTools } from './tools/streaming-tools.js';

/** Every fixture that the conformance suite asks for, for one session or one request. */
export function fixtureMcpServer(changes: (server: McpServer) => ListChanges): McpServer {
  const server = new McpServer(
    { name: 'conformance-fixtures', version: '1.0.0' },
    {
      capabilities: { logging: {}, completions: {}, resources: { subscribe: true } },
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
  return server;
}
