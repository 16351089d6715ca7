import { Client, SdkError, SdkErrorCode, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { ClientRun } from './client-command.js';
import { ServerStream } from './server-stream.js';

/** A run, and the stream that a legacy client opens after it has connected. */
type Play = ClientRun & { serverStream: Promise<unknown> };

/** Plays one scenario to its end. */
type Driver = (client: Client, play: Play) => Promise<unknown>;

const ACCEPTED = { action: 'accept' as const, content: { confirmed: true } };

const listAndCall: Driver = async (client) => {
  const { tools } = await client.listTools();
  for (const { name } of tools) await client.callTool({ name, arguments: { a: 2, b: 3 } });
};

const callReconnecting: Driver = async (client, { serverStream }) => {
  await serverStream;
  await client.callTool({ name: 'test_reconnection', arguments: {} });
};

const fillFormByDefaults: Driver = async (client, { serverStream }) => {
  client.setRequestHandler('elicitation/create', () => ({ action: 'accept' as const, content: {} }));
  await serverStream;
  await client.callTool({ name: 'test_client_elicitation_defaults', arguments: {} });
};

/** Makes an unrelated call while a question is open, and ends with a result without a type. */
const answerInRounds: Driver = async (client) => {
  client.setRequestHandler('elicitation/create', async () => {
    await client.callTool({ name: 'test_mrtr_unrelated', arguments: {} });
    return ACCEPTED;
  });
  for (const name of ['test_mrtr_echo_state', 'test_mrtr_no_state'])
    await client.callTool({ name, arguments: {} });
  await expectRefused(client.callTool({ name: 'test_mrtr_no_result_type', arguments: {} }));
};

/** This client refuses a modern result without a type; what is checked is that it does not take it for a question. */
async function expectRefused(call: Promise<unknown>): Promise<void> {
  const outcome = await call.then(
    () => 'accepted',
    (error: unknown) => (error instanceof SdkError ? error.code : error),
  );
  if (outcome !== SdkErrorCode.InvalidResult)
    throw new Error('The result was not refused', { cause: outcome });
}

const useEverything: Driver = async (client) => {
  for (const { name } of (await client.listTools()).tools) await client.callTool({ name, arguments: {} });
  for (const { uri } of (await client.listResources()).resources) await client.readResource({ uri });
  for (const { name } of (await client.listPrompts()).prompts) await client.getPrompt({ name });
};

interface ToolCall {
  name: string;
  arguments: Record<string, unknown>;
}

const callAsTold: Driver = async (client, { context }) => {
  await client.listTools();
  for (const call of (context['toolCalls'] ?? []) as ToolCall[]) await client.callTool(call);
};

/** Calls every tool that the client has not thrown out for its annotations. */
const callValidTools: Driver = async (client) => {
  for (const { name } of (await client.listTools()).tools)
    await client.callTool({ name, arguments: { region: 'us-west1' } });
};

const echoSchema: Driver = async (client) => {
  const { tools } = await client.listTools();
  const schema = tools.find(({ name }) => name === 'json_schema_2020_12_tool')?.inputSchema;
  await client.callTool({ name: 'json_schema_echo', arguments: { schema } });
};

const DRIVERS: Record<string, Driver> = {
  initialize: listAndCall,
  tools_call: listAndCall,
  'elicitation-sep1034-client-defaults': fillFormByDefaults,
  'sse-retry': callReconnecting,
  'request-metadata': (client) => client.listTools(),
  'sep-2322-client-request-state': answerInRounds,
  'http-standard-headers': useEverything,
  'http-custom-headers': callAsTold,
  'http-invalid-tool-headers': callValidTools,
  'json-schema-ref-no-deref': (client) => client.listTools(),
  'json-schema-2020-12-preservation': echoSchema,
};

/**
 * Plays a scenario against a URL, with a token if there is one, in the era that the suite asks for.
 * @throws Error if there is no driver for the scenario, or the client fails
 */
export async function drive(run: ClientRun, url: URL, token: string | undefined): Promise<void> {
  const driver = DRIVERS[run.scenario];
  if (driver === undefined) throw new Error(`There is no driver for the scenario ${run.scenario}`);
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const client = new Client(
    { name: 'causeway-conformance', version: '1.0.0' },
    {
      capabilities: { elicitation: { form: { applyDefaults: true } }, sampling: {}, roots: {} },
      versionNegotiation: { mode: run.revision === '2026-07-28' ? 'auto' : 'legacy' },
    },
  );
  const stream = new ServerStream();
  await client.connect(
    new StreamableHTTPClientTransport(url, { requestInit: { headers }, fetch: stream.fetch }),
  );
  try {
    await driver(client, { ...run, serverStream: stream.opened });
  } finally {
    await client.close();
  }
}
