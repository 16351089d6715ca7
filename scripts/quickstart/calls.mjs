import { setTimeout as sleep } from 'node:timers/promises';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

/** Opens an MCP client on a server through the agent's local gateway. */
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

/** One tool call, as an agent makes it. @returns the tool's text */
export async function callTool({ gatewayUrl, server, token, tool, args }) {
  const client = await openClient(gatewayUrl, server, token);
  try {
    const result = await client.callTool({ name: tool, arguments: args });
    return result.content.map((part) => part.text).join('\n');
  } finally {
    await client.close();
  }
}

/** The audit record of the newest call of a tool; both gateways have delivered their part. */
export async function auditRecordOf(api, { user, server, tool, hops }, timeoutMs = 20_000) {
  const query = new URLSearchParams({ kind: 'mcp', user, mcp_server: server, tool });
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const { items } = await api.get(`/audit?${query.toString()}`);
    const record = items[0];
    if (record?.hops.length === hops + 1 && record.hops.every(({ ms }) => ms !== null)) return record;
    if (Date.now() > deadline)
      throw new Error(`No complete audit record of ${tool}: ${JSON.stringify(items)}`);
    await sleep(200);
  }
}
