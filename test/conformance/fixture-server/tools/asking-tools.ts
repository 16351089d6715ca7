import type { ElicitRequestFormParams, ElicitResult, McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { text } from '../media.js';

type Form = ElicitRequestFormParams['requestedSchema'];

const CONTACT: Form = {
  type: 'object',
  properties: {
    username: { type: 'string', description: "User's response" },
    email: { type: 'string', description: "User's email address" },
  },
  required: ['username', 'email'],
};

/** A default for each primitive type (SEP-1034). */
const DEFAULTS: Form = {
  type: 'object',
  properties: {
    name: { type: 'string', default: 'John Doe' },
    age: { type: 'integer', default: 30 },
    score: { type: 'number', default: 95.5 },
    status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
    verified: { type: 'boolean', default: true },
  },
};

const titled = (...titles: string[]) => titles.map((title, i) => ({ const: `value${i + 1}`, title }));

/** Each way to write an enumeration (SEP-1330). */
const ENUMS: Form = {
  type: 'object',
  properties: {
    untitledSingle: { type: 'string', enum: ['option1', 'option2', 'option3'] },
    titledSingle: { type: 'string', oneOf: titled('First Option', 'Second Option', 'Third Option') },
    legacyEnum: {
      type: 'string',
      enum: ['opt1', 'opt2', 'opt3'],
      enumNames: ['Option One', 'Option Two', 'Option Three'],
    },
    untitledMulti: { type: 'array', items: { type: 'string', enum: ['option1', 'option2', 'option3'] } },
    titledMulti: { type: 'array', items: { anyOf: titled('First Choice', 'Second Choice', 'Third Choice') } },
  },
};

/** Tools that send a request to the client while they run, as legacy servers do. */
export function registerAskingTools(server: McpServer): void {
  registerSampling(server);
  server.registerTool(
    'test_elicitation',
    { description: 'Asks the user', inputSchema: z.object({ message: z.string() }) },
    async ({ message }, context) => {
      const answer = await context.mcpReq.elicitInput({ message, requestedSchema: CONTACT });
      return { content: [text(`User response: ${described(answer)}`)] };
    },
  );
  registerForm(server, 'test_elicitation_sep1034_defaults', DEFAULTS);
  registerForm(server, 'test_elicitation_sep1330_enums', ENUMS);
}

function registerSampling(server: McpServer): void {
  server.registerTool(
    'test_sampling',
    { description: 'Asks the model of the client', inputSchema: z.object({ prompt: z.string() }) },
    async ({ prompt }, context) => {
      const messages = [{ role: 'user' as const, content: text(prompt) }];
      const { content } = await context.mcpReq.requestSampling({ messages, maxTokens: 100 });
      return { content: [text(`LLM response: ${JSON.stringify(content)}`)] };
    },
  );
}

function registerForm(server: McpServer, tool: string, requestedSchema: Form): void {
  server.registerTool(tool, { description: 'Shows a form to the user' }, async (context) => {
    const answer = await context.mcpReq.elicitInput({ message: 'Please fill in the form', requestedSchema });
    return { content: [text(`Elicitation completed: ${described(answer)}`)] };
  });
}

const described = ({ action, content }: ElicitResult): string =>
  `action=${action}, content=${JSON.stringify(content ?? {})}`;
