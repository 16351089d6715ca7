const VERSION = '2026-07-28';

/** @param {string} method @param {object} params */
const bodyOf = (method, params) =>
  JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method,
    params: {
      ...params,
      _meta: {
        'io.modelcontextprotocol/protocolVersion': VERSION,
        'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1.0.0' },
        'io.modelcontextprotocol/clientCapabilities': {},
      },
    },
  });

/**
 * A request of MCP 2026-07-28: its headers, without those of HTTP itself, and its body.
 * @param {string} token @param {string} method @param {Record<string, unknown>} params
 */
export function mcpRequest(token, method, params) {
  const name = typeof params['name'] === 'string' ? { 'mcp-name': params['name'] } : {};
  return {
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': VERSION,
      'mcp-method': method,
      ...name,
    },
    body: bodyOf(method, params),
  };
}

/**
 * The bytes of a tool call on the wire.
 * @param {URL} url @param {string} token @param {string} tool @returns {Buffer}
 */
export function callBytes(url, token, tool) {
  const params = { name: tool, arguments: { from: '2026-02-06', days: 7 } };
  const { headers, body } = mcpRequest(token, 'tools/call', params);
  const all = { host: url.host, ...headers, 'content-length': String(Buffer.byteLength(body)) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`POST ${url.pathname} HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
}
