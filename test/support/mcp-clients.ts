import {
  Client as Client2,
  StreamableHTTPClientTransport as Transport2,
  type VersionNegotiationMode,
} from '@modelcontextprotocol/client';
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as Transport1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { CreateMessageRequestSchema, ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';

const INFO = { name: 'causeway-test', version: '1.0.0' };
const CAPABILITIES = { sampling: {}, elicitation: {} };
const SAMPLE = {
  model: 'test',
  role: 'assistant' as const,
  content: { type: 'text' as const, text: 'sampled' },
};
const ELICITED = { action: 'accept' as const, content: { name: 'Alice', confirm: true } };

export interface CallOptions {
  onprogress?: (progress: { progress: number }) => void;
  signal?: AbortSignal;
}

/** A connected MCP client, whichever SDK it is made of. It answers sampling and elicitation. */
export interface Agent {
  toolNames(): Promise<string[]>;
  /** @returns the text of the result */
  call(tool: string, args: Record<string, unknown>, options?: CallOptions): Promise<string>;
  readResource(uri: string): Promise<string>;
  resourceUris(): Promise<string[]>;
  prompt(name: string, args: Record<string, string>): Promise<string>;
  sessionId(): string | undefined;
  /** The revision that was negotiated. */
  protocolVersion(): string | undefined;
  /** Ends the session at the server, then the connection. */
  endSession(): Promise<void>;
  close(): Promise<void>;
}

export type AgentKind = 'sdk 1.x' | 'sdk 2.x, legacy' | 'sdk 2.x, auto';

/** Every kind of client that must work. */
export const AGENT_KINDS: AgentKind[] = ['sdk 1.x', 'sdk 2.x, legacy', 'sdk 2.x, auto'];

/** The endpoint of a server at a gateway. */
export const endpoint = (gatewayUrl: string, server: string): URL =>
  new URL(`${gatewayUrl}/api/llm/mcp/${server}/server`);

/** Connects a client with a token, and with further headers, as an agent might send them. */
export async function openAgent(
  kind: AgentKind,
  url: URL,
  token: string,
  headers: Record<string, string> = {},
): Promise<Agent> {
  const requestInit = { headers: { ...headers, authorization: `Bearer ${token}` } };
  if (kind === 'sdk 1.x') return openSdk1(url, requestInit);
  return openSdk2(url, requestInit, kind === 'sdk 2.x, auto' ? 'auto' : 'legacy');
}

async function openSdk1(url: URL, requestInit: RequestInit): Promise<Agent> {
  const client = new Client1(INFO, { capabilities: CAPABILITIES });
  client.setRequestHandler(CreateMessageRequestSchema, () => SAMPLE);
  client.setRequestHandler(ElicitRequestSchema, () => ELICITED);
  const transport = new Transport1(url, { requestInit });
  await client.connect(transport);
  return {
    toolNames: async () => (await client.listTools()).tools.map((tool) => tool.name),
    call: async (name, args, options) =>
      textOf(await client.callTool({ name, arguments: args }, undefined, options)),
    readResource: async (uri) => textOf(await client.readResource({ uri })),
    resourceUris: async () => (await client.listResources()).resources.map((resource) => resource.uri),
    prompt: async (name, args) => textOf(await client.getPrompt({ name, arguments: args })),
    sessionId: () => transport.sessionId,
    protocolVersion: () => transport.protocolVersion,
    endSession: async () => {
      await transport.terminateSession();
      await client.close();
    },
    close: () => client.close(),
  };
}

async function openSdk2(url: URL, requestInit: RequestInit, mode: VersionNegotiationMode): Promise<Agent> {
  const client = new Client2(INFO, { capabilities: CAPABILITIES, versionNegotiation: { mode } });
  client.setRequestHandler('sampling/createMessage', () => SAMPLE);
  client.setRequestHandler('elicitation/create', () => ELICITED);
  const transport = new Transport2(url, { requestInit });
  await client.connect(transport);
  return {
    toolNames: async () => (await client.listTools()).tools.map((tool) => tool.name),
    call: async (name, args, options) => textOf(await client.callTool({ name, arguments: args }, options)),
    readResource: async (uri) => textOf(await client.readResource({ uri })),
    resourceUris: async () => (await client.listResources()).resources.map((resource) => resource.uri),
    prompt: async (name, args) => textOf(await client.getPrompt({ name, arguments: args })),
    sessionId: () => transport.sessionId,
    protocolVersion: () => client.getNegotiatedProtocolVersion(),
    endSession: async () => {
      await transport.terminateSession();
      await client.close();
    },
    close: () => client.close(),
  };
}

/** Every text inside a result, in order, whatever kind of result it is. */
function textOf(result: unknown): string {
  const texts: string[] = [];
  JSON.stringify(result, (key, value: unknown) => {
    if (key === 'text' && typeof value === 'string') texts.push(value);
    return value;
  });
  return texts.join('\n');
}
