import type { IncomingHttpHeaders } from 'node:http';

/** Request headers that belong to MCP or to tracing and go on, whatever the next hop is. */
const REQUEST_HEADERS = new Set([
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
    const mayPass = REQUEST_HEADERS.has(name) || name.startsWith(PARAMETER);
    if (mayPass && typeof value === 'string' && !nominated?.has(name)) list.push(name, value);
  }
  return list;
}

function nominatedBy(connection: string | undefined): Set<string> | null {
  if (connection === undefined || PLAIN_CONNECTION.has(connection)) return null;
  return new Set(connection.split(',').map((name) => name.trim().toLowerCase()));
}

/** Response headers that belong to MCP and its content and go back, whatever the next hop is. */
const RESPONSE_HEADERS: readonly string[] = [
  'content-type',
  'content-encoding',
  'mcp-session-id',
  'mcp-protocol-version',
  'x-accel-buffering',
  'retry-after',
  'allow',
];

/** What a handling gateway says of a failure behind it. */
const HOP_ONLY = ['proxy-status', 'causeway-reason', 'causeway-failed-hop'] as const;

/**
 * The next hop's response headers that may go back, as a flat list of names and values; cookies, challenges and server
 * banners stay here. `Content-Length` is not among them: whether it holds is known only when the body is.
 */
export function returnedHeaders(headers: IncomingHttpHeaders, overHop: boolean): string[] {
  const list: string[] = [];
  copy(headers, list, RESPONSE_HEADERS);
  if (overHop) copy(headers, list, HOP_ONLY);
  return list;
}

function copy(from: IncomingHttpHeaders, to: string[], names: readonly string[]): void {
  for (const name of names) {
    const value = from[name];
    if (value !== undefined) to.push(name, typeof value === 'string' ? value : value.join(', '));
  }
}

/** The value of a header that must occur once; repeated values are joined as RFC 9110 §5.3 has it. */
export function single(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'object' ? value.join(', ') : value;
}

/** Type and subtype of a `Content-Type`, in lower case (RFC 9110 §8.3.1). */
export function mediaTypeOf(contentType: string | undefined): string {
  if (contentType === undefined) return '';
  const end = contentType.indexOf(';');
  return (end < 0 ? contentType : contentType.slice(0, end)).trim().toLowerCase();
}

/** Replaces the value of a header in the flat list, if it is there. */
export function replaceHeader(list: string[], name: string, value: string): void {
  for (let i = 0; i < list.length; i += 2) if (list[i] === name) list[i + 1] = value;
}

/** Takes a header out of the flat list, if it is there. */
export function dropHeader(list: string[], name: string): void {
  for (let i = list.length - 2; i >= 0; i -= 2) if (list[i] === name) list.splice(i, 2);
}
