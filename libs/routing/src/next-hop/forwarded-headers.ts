import type { IncomingHttpHeaders } from 'node:http';

/** Request headers that belong to MCP or to tracing and go on, whatever the next hop is. */
const END_TO_END = new Set([
  'accept',
  'content-type',
  'mcp-protocol-version',
  'mcp-session-id',
  'last-event-id',
  'mcp-method',
  'mcp-name',
  'baggage',
]);
const PARAMETER = 'mcp-param-';
const PLAIN_CONNECTION = new Set(['keep-alive', 'close']);

/**
 * The agent's headers that may go on, as undici's flat list of names and values. Everything else stays here: cookies,
 * credentials, `X-Forwarded-*`, hop contexts and whatever `Connection` nominates (RFC 9110 §7.6.1).
 */
export function forwardedHeaders(headers: IncomingHttpHeaders): string[] {
  const nominated = nominatedBy(headers.connection);
  const list: string[] = ['accept-encoding', 'identity'];
  for (const name in headers) {
    const value = headers[name];
    const mayPass = END_TO_END.has(name) || name.startsWith(PARAMETER);
    if (mayPass && typeof value === 'string' && !nominated?.has(name)) list.push(name, value);
  }
  return list;
}

function nominatedBy(connection: string | undefined): Set<string> | null {
  if (connection === undefined || PLAIN_CONNECTION.has(connection)) return null;
  return new Set(connection.split(',').map((name) => name.trim().toLowerCase()));
}

/** Replaces the value of a header in the flat list, if it is there. */
export function replaceHeader(list: string[], name: string, value: string): void {
  for (let i = 0; i < list.length; i += 2) if (list[i] === name) list[i + 1] = value;
}

/** Takes a header out of the flat list, if it is there. */
export function dropHeader(list: string[], name: string): void {
  for (let i = list.length - 2; i >= 0; i -= 2) if (list[i] === name) list.splice(i, 2);
}
