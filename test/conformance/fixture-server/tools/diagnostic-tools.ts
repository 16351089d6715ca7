import { inputRequired, type McpServer } from '@modelcontextprotocol/server';
import { text } from '../media.js';

/** How a fixture tells its clients that lists have changed; each era has its own way. */
export interface ListChanges {
  tools(): void;
  prompts(): void;
}

const QUESTION = { messages: [{ role: 'user' as const, content: text('Are you there?') }], maxTokens: 10 };

/** Tools that provoke one behaviour of the server. */
export function registerDiagnosticTools(server: McpServer, changes: ListChanges): void {
  server.registerTool('test_missing_capability', { description: 'Needs sampling' }, () =>
    inputRequired({ inputRequests: { answer: inputRequired.createMessage(QUESTION) } }),
  );
  server.registerTool('test_streaming_elicitation', { description: 'Asks for input in its result' }, () =>
    inputRequired({
      inputRequests: {
        name: inputRequired.elicit({
          message: 'What is your name?',
          requestedSchema: { type: 'object', properties: { name: { type: 'string' } } },
        }),
      },
    }),
  );
  server.registerTool('test_trigger_tool_change', { description: 'Announces new tools' }, () => {
    changes.tools();
    return { content: [text('Tools announced.')] };
  });
  server.registerTool('test_trigger_prompt_change', { description: 'Announces new prompts' }, () => {
    changes.prompts();
    return { content: [text('Prompts announced.')] };
  });
}
