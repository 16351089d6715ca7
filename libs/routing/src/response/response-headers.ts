import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';

/** Response headers that belong to MCP and its content and go back, whatever the next hop is. */
const END_TO_END = [
  'content-type',
  'content-length',
  'content-encoding',
  'mcp-session-id',
  'mcp-protocol-version',
  'cache-control',
  'x-accel-buffering',
  'retry-after',
  'allow',
] as const;

/** What a handling gateway says of a failure behind it. */
const HOP_ONLY = ['proxy-status', 'causeway-reason', 'causeway-failed-hop'] as const;

/** The next hop's response headers that may go back; cookies, challenges and server banners stay here. */
export function returnedHeaders(headers: IncomingHttpHeaders, overHop: boolean): OutgoingHttpHeaders {
  const list: OutgoingHttpHeaders = {};
  for (const name of END_TO_END) copy(headers, list, name);
  if (overHop) for (const name of HOP_ONLY) copy(headers, list, name);
  return list;
}

function copy(from: IncomingHttpHeaders, to: OutgoingHttpHeaders, name: string): void {
  const value = from[name];
  if (value !== undefined) to[name] = Array.isArray(value) ? value.join(', ') : value;
}

/** The value of a header that must occur once; repeated values are joined as RFC 9110 §5.3 has it. */
export function single(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

/** Type and subtype of a `Content-Type`, in lower case (RFC 9110 §8.3.1). */
export const mediaTypeOf = (contentType: string | undefined): string =>
  (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
