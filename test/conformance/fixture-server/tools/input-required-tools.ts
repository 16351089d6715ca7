import {
  acceptedContent,
  createRequestStateCodec,
  inputRequired,
  inputResponse,
  type CallToolResult,
  type InputRequests,
  type McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import { text } from '../media.js';

/** Seals what a server wants to have back in the next round; a changed state is refused. */
export const requestState = createRequestStateCodec<{ step: number }>({ key: 'k'.repeat(32) });

const NAME = z.object({ name: z.string() });
const COLOUR = z.object({ color: z.string() });
const CONFIRMATION = z.object({ ok: z.boolean() });

const ask = (message: string, requestedSchema: z.ZodObject) =>
  inputRequired.elicit({ message, requestedSchema });
const sample = (prompt: string, maxTokens: number) =>
  inputRequired.createMessage({ messages: [{ role: 'user', content: text(prompt) }], maxTokens });
const done = (value: string): CallToolResult => ({ content: [text(value)] });

/** Tools that ask for input in their result and are called again with the answers (SEP-2322). */
export function registerInputRequiredTools(server: McpServer): void {
  registerSingleQuestions(server);
  registerStateful(server);
  registerByCapability(server);
}

function registerSingleQuestions(server: McpServer): void {
  registerQuestion(server, 'elicitation', { user_name: ask('What is your name?', NAME) }, ({ mcpReq }) => {
    const answer = acceptedContent(mcpReq.inputResponses, 'user_name', NAME);
    return answer === undefined ? undefined : done(`Hello, ${answer.name}!`);
  });
  const capital = { capital_question: sample('What is the capital of France?', 100) };
  registerQuestion(server, 'sampling', capital, ({ mcpReq }) => {
    const answer = inputResponse(mcpReq.inputResponses, 'capital_question');
    return answer.kind === 'sampling' ? done(JSON.stringify(answer.result.content)) : undefined;
  });
  registerQuestion(server, 'list_roots', { client_roots: inputRequired.listRoots() }, ({ mcpReq }) => {
    const answer = inputResponse(mcpReq.inputResponses, 'client_roots');
    return answer.kind === 'roots' ? done(answer.roots.map(({ uri }) => uri).join(', ')) : undefined;
  });
}

/** A tool that asks until `answered` makes a result of the answers. */
function registerQuestion(
  server: McpServer,
  name: string,
  inputRequests: InputRequests,
  answered: (context: ServerContext) => CallToolResult | undefined,
): void {
  const tool = `test_input_required_result_${name}`;
  server.registerTool(
    tool,
    { description: 'Asks until it is answered' },
    (context) => answered(context) ?? inputRequired({ inputRequests }),
  );
}

function registerStateful(server: McpServer): void {
  const confirm = { confirm: ask('Please confirm', CONFIRMATION) };
  registerRounds(server, 'request_state', [confirm], 'state-ok');
  registerRounds(server, 'tampered_state', [confirm], 'The state was not touched.');
  const several = {
    user_name: ask('What is your name?', NAME),
    greeting: sample('Generate a greeting', 50),
    client_roots: inputRequired.listRoots(),
  };
  registerRounds(server, 'multiple_inputs', [several], 'All inputs were given.');
  const steps: InputRequests[] = [
    { step1: ask('Step 1: What is your name?', NAME) },
    { step2: ask('Step 2: What is your favorite color?', COLOUR) },
  ];
  registerRounds(server, 'multi_round', steps, 'Both steps were answered.');
}

/** A tool that asks round after round; where it stands is only in the state that the client brings back. */
function registerRounds(server: McpServer, name: string, rounds: InputRequests[], result: string): void {
  const tool = `test_input_required_result_${name}`;
  server.registerTool(tool, { description: 'Asks in rounds, with a state' }, async (context) => {
    const asked = context.mcpReq.requestState<{ step: number }>()?.step ?? 0;
    const answered = rounds[asked - 1] === undefined || isAnswered(context, rounds[asked - 1] ?? {});
    const step = answered ? asked : asked - 1;
    const inputRequests = rounds[step];
    if (inputRequests === undefined) return done(result);
    return inputRequired({ inputRequests, requestState: await requestState.mint({ step: step + 1 }) });
  });
}

const isAnswered = ({ mcpReq }: ServerContext, requests: InputRequests): boolean =>
  Object.keys(requests).every((key) => inputResponse(mcpReq.inputResponses, key).kind !== 'missing');

function registerByCapability(server: McpServer): void {
  const tool = 'test_input_required_result_capabilities';
  server.registerTool(tool, { description: 'Asks what the client can answer' }, () => {
    const can = server.server.getClientCapabilities() ?? {};
    const inputRequests: InputRequests = {
      ...(can.elicitation === undefined ? {} : { name: ask('What is your name?', NAME) }),
      ...(can.sampling === undefined ? {} : { greeting: sample('Generate a greeting', 50) }),
    };
    return Object.keys(inputRequests).length === 0
      ? done('Nothing to ask.')
      : inputRequired({ inputRequests });
  });
}
