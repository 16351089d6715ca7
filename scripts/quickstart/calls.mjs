import { setTimeout as sleep } from 'node:timers/promises';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

/**
 * Opens an MCP client on a server through the agent's local gateway.
 * @param {string} gatewayUrl @param {string} server @param {string} token
 */
export async function openClient(gatewayUrl, server, token) {
  const client = new Client(
    { name: 'causeway-quickstart', version: '1.0.0' },
    { versionNegotiation: { mode: 'auto' } },
  );
  const transport = new StreamableHTTPClientTransport(new URL(`${gatewayUrl}/api/llm/mcp/${server}/server`), {
    requestInit: { headers: { authorization: `Bearer ${token}` } },
  });
  await client.connect(transport);
  return client;
}

/**
 * One tool call, as an agent makes it.
 * @param {{gatewayUrl: string, server: string, token: string, tool: string, args: Record<string, unknown>}} call
 * @returns {Promise<string>} the tool's text
 */
export async function callTool({ gatewayUrl, server, token, tool, args }) {
  const client = await openClient(gatewayUrl, server, token);
  try {
    const result = await client.callTool({ name: tool, arguments: args });
    return result.content.map((part) => (part.type === 'text' ? part.text : `(${part.type})`)).join('\n');
  } finally {
    await client.close();
  }
}

/**
 * The audit record of the newest call of a tool, once all its gateways have delivered their part.
 * @param {import('../toolchain/admin-api.mjs').AdminApi} api
 * @param {{user: string, server: string, tool: string, hops: number}} call
 * @returns {Promise<import('./report.mjs').AuditRecord>}
 */
export async function auditRecordOf(api, { user, server, tool, hops }, timeoutMs = 20_000) {
  const query = new URLSearchParams({ kind: 'mcp', user, mcp_server: server, tool });
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const { items } = await api.get(`/audit?${query.toString()}`);
    /** @type {import('./report.mjs').AuditRecord | undefined} */
    const record = items[0];
    if (record?.hops.length === hops + 1 && record.hops.every(({ ms }) => ms !== null)) return record;
    if (Date.now() > deadline)
      throw new Error(`No complete audit record of ${tool}: ${JSON.stringify(items)}`);
    await sleep(200);
  }
}
