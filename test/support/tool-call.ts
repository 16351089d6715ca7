/** One tool call as a single HTTP request of the modern revision: without a session, so that it is all or nothing. */
export interface ToolCall {
  url: URL;
  token: string;
  tool: string;
  args: Record<string, unknown>;
  headers?: Record<string, string>;
}

export interface ToolCallAnswer {
  status: number;
  body: { result?: { content: { text: string }[] }; error?: { code: number; data?: { reason?: string } } };
}

const VERSION = '2026-07-28';
const META = {
  'io.modelcontextprotocol/protocolVersion': VERSION,
  'io.modelcontextprotocol/clientInfo': { name: 'causeway-test', version: '1.0.0' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

/** Makes the call. @throws where the connection breaks */
export async function toolCall({ url, token, tool, args, headers = {} }: ToolCall): Promise<ToolCallAnswer> {
  const message = {
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name: tool, arguments: args, _meta: META },
  };
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      ...headers,
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': VERSION,
      'mcp-method': 'tools/call',
      'mcp-name': tool,
    },
    body: JSON.stringify(message),
  });
  return { status: response.status, body: (await response.json()) as ToolCallAnswer['body'] };
}

/** `ok`, or what went wrong, in a word or two. */
export async function outcomeOf(call: ToolCall): Promise<string> {
  try {
    const { status, body } = await toolCall(call);
    if (body.result !== undefined) return 'ok';
    return `${status} ${body.error?.data?.reason ?? JSON.stringify(body)}`;
  } catch (error) {
    const cause = (error as Error).cause as { code?: string } | undefined;
    return `broken: ${cause?.code ?? String(error)}`;
  }
}
