import { acceptedContent, completable, inputRequired, type McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { image, text } from './media.js';

const said = <T>(content: T) => ({ role: 'user' as const, content });

/** Prompts of every kind. */
export function registerPrompts(server: McpServer): void {
  server.registerPrompt('test_simple_prompt', { description: 'Without arguments' }, () => ({
    messages: [said(text('This is a simple prompt for testing.'))],
  }));
  server.registerPrompt('test_prompt_with_image', { description: 'With a picture' }, () => ({
    messages: [said(image()), said(text('Please analyze the image above.'))],
  }));
  registerWithArguments(server);
  registerWithResource(server);
  registerWithQuestion(server);
}

function registerWithArguments(server: McpServer): void {
  const first = completable(z.string().describe('First test argument'), (value) => [
    `${value}ing`,
    `${value}ed`,
  ]);
  const argsSchema = z.object({ arg1: first, arg2: z.string().describe('Second test argument') });
  const config = { description: 'With two arguments', argsSchema };
  server.registerPrompt('test_prompt_with_arguments', config, ({ arg1, arg2 }) => ({
    messages: [said(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`))],
  }));
}

function registerWithResource(server: McpServer): void {
  const argsSchema = z.object({ resourceUri: z.string().describe('URI of the resource to embed') });
  const config = { description: 'With an embedded resource', argsSchema };
  server.registerPrompt('test_prompt_with_embedded_resource', config, ({ resourceUri }) => ({
    messages: [
      said({
        type: 'resource' as const,
        resource: {
          uri: resourceUri,
          mimeType: 'text/plain',
          text: 'Embedded resource content for testing.',
        },
      }),
      said(text('Please process the embedded resource above.')),
    ],
  }));
}

function registerWithQuestion(server: McpServer): void {
  const schema = z.object({ context: z.string() });
  const config = { description: 'Asks before it answers (SEP-2322)' };
  server.registerPrompt('test_input_required_result_prompt', config, ({ mcpReq }) => {
    const answer = acceptedContent(mcpReq.inputResponses, 'user_context', schema);
    if (answer !== undefined) return { messages: [said(text(`In the context of ${answer.context}.`))] };
    const message = 'What context should the prompt use?';
    return inputRequired({
      inputRequests: { user_context: inputRequired.elicit({ message, requestedSchema: schema }) },
    });
  });
}
