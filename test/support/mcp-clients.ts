import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
} from '@modelcontextprotocol/client';
import type { ClientOptions as ModernOptions, VersionNegotiationMode } from '@modelcontextprotocol/client';
import {
  Client as LegacyClient,
  type ClientOptions as LegacyOptions,
} from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as LegacyTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

const INFO = { name: 'causeway-test', version: '1.0.0' };

/** The endpoint of a server at a gateway. */
export const endpoint = (gatewayUrl: string, server: string): URL =>
  new URL(`${gatewayUrl}/api/llm/mcp/${server}/server`);

const bearer = (token: string): RequestInit => ({ headers: { authorization: `Bearer ${token}` } });

/** A client of the SDK's line 1, which speaks the legacy revisions. Not connected yet. */
export function sdk1(url: URL, token: string, options?: LegacyOptions) {
  const client = new LegacyClient(INFO, options);
  const transport = new LegacyTransport(url, { requestInit: bearer(token) });
  return {
    client,
    transport,
    connect: () => client.connect(transport),
  };
}

/** A client of the SDK's line 2. `legacy` sends `initialize`, `auto` asks for the modern revision first. */
export function sdk2(url: URL, token: string, mode: VersionNegotiationMode, options?: ModernOptions) {
  const client = new ModernClient(INFO, { ...options, versionNegotiation: { mode } });
  const transport = new ModernTransport(url, { requestInit: bearer(token) });
  return { client, transport, connect: () => client.connect(transport) };
}
