import { setTimeout as sleep } from 'node:timers/promises';
import {
  acceptedContent,
  inputRequired,
  type CallToolResult,
  type McpServer,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import { text } from '../media.js';
import { handlesTasks, requireTasksFor } from './task-methods.js';
import type { TaskStore, TaskWork } from './task-store.js';

const CONFIRMATION = z.object({ confirm: z.boolean() });
const NAME = z.object({ name: z.string() });

const confirmed = (message: string) => inputRequired.elicit({ message, requestedSchema: CONFIRMATION });
const done = (value: string): CallToolResult => ({ content: [text(value)] });

/** Tools that may answer with a task (SEP-2663). */
export function registerTaskTools(server: McpServer, store: TaskStore): void {
  const answer = (work: TaskWork): CallToolResult =>
    ({ resultType: 'task', ...store.start(work).summary }) as unknown as CallToolResult;
  const greeting = { description: 'Greets at once', inputSchema: NAME };
  server.registerTool('greet', greeting, ({ name }) => done(`Hello, ${name}!`));
  registerSlowCompute(server, answer);
  registerAsking(server, answer);
  server.registerTool('failing_job', { description: 'Fails as a tool, in a task only' }, () =>
    answer(async () => ({ ...done('The job has failed.'), isError: true })),
  );
  server.registerTool('protocol_error_job', { description: 'Breaks down, in a task' }, () =>
    answer(async () => {
      throw new Error('The job broke down');
    }),
  );
  server.registerTool('test_tool_with_task', { description: 'Asks, then goes on in a task' }, (context) => {
    const given = acceptedContent(context.mcpReq.inputResponses, 'user_name', NAME);
    if (given !== undefined) return answer(async () => done(`Done for ${given.name}.`));
    const question = inputRequired.elicit({ message: 'What is your name?', requestedSchema: NAME });
    return inputRequired({ inputRequests: { user_name: question } });
  });
  requireTasksFor(server, new Set(['failing_job', 'test_tool_with_task']));
}

type Answer = (work: TaskWork) => CallToolResult;

function registerSlowCompute(server: McpServer, answer: Answer): void {
  const inputSchema = z.object({ seconds: z.number(), label: z.string().optional() });
  const config = { description: 'Computes for a while', inputSchema };
  server.registerTool('slow_compute', config, async ({ seconds }, context) => {
    const compute = async (signal: AbortSignal): Promise<CallToolResult> => {
      await sleep(seconds * 1000, undefined, { signal });
      return done(`Computed for ${seconds} s.`);
    };
    if (!handlesTasks(context)) return compute(context.mcpReq.signal);
    return answer(({ signal }) => compute(signal));
  });
}

function registerAsking(server: McpServer, answer: Answer): void {
  const config = { description: 'Asks before it deletes', inputSchema: z.object({ filename: z.string() }) };
  server.registerTool('confirm_delete', config, ({ filename }) =>
    answer(async ({ ask }) => {
      const answers = await ask({ confirm: confirmed(`Delete ${filename}?`) });
      return done(JSON.stringify(acceptedContent(answers, 'confirm')));
    }),
  );
  server.registerTool('multi_input', { description: 'Asks two things at once' }, () =>
    answer(async ({ ask }) => {
      const answers = await ask({ first: confirmed('The first?'), second: confirmed('The second?') });
      return done(Object.keys(answers).join(', '));
    }),
  );
}
