import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

export const ALLOWED_METHODS = 'POST, GET, DELETE, OPTIONS';

/** Header lists of the transport, in both eras. `Mcp-Param-*` cannot be listed: the requested ones are echoed. */
const ALLOWED_HEADERS = [
  'Authorization',
  'Content-Type',
  'Accept',
  'MCP-Protocol-Version',
  'Mcp-Method',
  'Mcp-Name',
  'Mcp-Session-Id',
  'Last-Event-ID',
  'traceparent',
  'tracestate',
  'baggage',
];
const EXPOSED_HEADERS = 'Mcp-Session-Id, WWW-Authenticate, Causeway-Request-Id, Server-Timing, Proxy-Status';
const MAX_AGE_SECONDS = '600';
const PARAMETER = /^mcp-param-[a-z0-9-]{1,100}$/;

/** Lets a browser's script of an allowed origin read the response (Fetch §3.2). */
export function allowOrigin(response: ServerResponse, origin: string): void {
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-expose-headers', EXPOSED_HEADERS);
  response.setHeader('vary', 'Origin');
}

/** Answer to a preflight from an allowed origin. */
export function preflightHeaders(requested: string | undefined): OutgoingHttpHeaders {
  const parameters = (requested ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => PARAMETER.test(name));
  return {
    'access-control-allow-methods': ALLOWED_METHODS,
    'access-control-allow-headers': [...ALLOWED_HEADERS, ...parameters].join(', '),
    'access-control-max-age': MAX_AGE_SECONDS,
  };
}
