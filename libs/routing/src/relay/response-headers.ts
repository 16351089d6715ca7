import type { IncomingHttpHeaders } from 'node:http';

/** Response headers that belong to MCP and its content and go back, whatever the next hop is. */
const END_TO_END = [
  'content-type',
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

/**
 * The next hop's response headers that may go back, as a flat list of names and values; cookies, challenges and server
 * banners stay here. `Content-Length` is not among them: whether it holds is known only when the body is.
 */
export function returnedHeaders(headers: IncomingHttpHeaders, overHop: boolean): string[] {
  const list: string[] = [];
  copy(headers, list, END_TO_END);
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
