/**
 * The catalogue of a gateway's own failures. `reason` is the same word in response, audit, log and metric;
 * docs/errors.md lists exactly these (a test keeps both equal). Codes lie outside −32768…−32000, which JSON-RPC 2.0 and
 * MCP reserve, except where MCP itself defines the code. Never reuse a retired code.
 *
 * Statuses: an agent's dual-era client takes a 4xx other than 401/403 for «legacy server», so a fault of ours is 5xx.
 * 4xx below are faults of the request itself, which the MCP server would answer alike.
 */
export interface ReasonSpec {
  status: number;
  code: number;
  /** May `{detail}`; `{hop}`, `{server}`, `{gateway}`, `{peer}` are filled in. */
  message: string;
  retryable: boolean;
  /** RFC 9209 §2.3 error type, where a next hop failed. */
  proxyStatus?: string;
}

const spec = (
  status: number,
  code: number,
  message: string,
  more: { retryable?: boolean; proxyStatus?: string } = {},
): ReasonSpec => ({ status, code, message, retryable: false, ...more });

export const REASONS = {
  // Where a next hop failed.
  remote_gateway_unreachable: spec(502, 1, 'Remote gateway {peer} is unreachable', {
    retryable: true,
    proxyStatus: 'destination_unavailable',
  }),
  remote_gateway_timeout: spec(504, 2, 'Remote gateway {peer} did not answer in time', {
    proxyStatus: 'http_response_timeout',
  }),
  remote_gateway_interrupted: spec(502, 3, 'The connection to remote gateway {peer} broke', {
    proxyStatus: 'connection_terminated',
  }),
  remote_gateway_invalid_response: spec(502, 4, 'Remote gateway {peer} sent an invalid response', {
    proxyStatus: 'http_protocol_error',
  }),
  hop_untrusted: spec(401, 5, 'The hop context is not valid: {detail}'),
  hop_key_missing: spec(503, 6, 'This gateway has no hop key for {peer} yet', { retryable: true }),
  loop_detected: spec(502, 7, 'A request that came over a hop is not forwarded again', {
    proxyStatus: 'proxy_loop_detected',
  }),
  upstream_unreachable: spec(502, 10, 'MCP server {server} is unreachable', {
    retryable: true,
    proxyStatus: 'destination_unavailable',
  }),
  upstream_timeout: spec(504, 11, 'MCP server {server} did not answer in time', {
    proxyStatus: 'http_response_timeout',
  }),
  upstream_interrupted: spec(502, 12, 'The connection to MCP server {server} broke', {
    proxyStatus: 'connection_terminated',
  }),
  upstream_invalid_response: spec(502, 13, 'MCP server {server} sent an invalid response: {detail}', {
    proxyStatus: 'http_protocol_error',
  }),
  upstream_response_too_large: spec(502, 14, 'The list of MCP server {server} is too large to be filtered', {
    proxyStatus: 'http_response_body_size',
  }),
  upstream_auth: spec(502, 15, "MCP server {server} refused the gateway's credentials", {
    proxyStatus: 'http_request_denied',
  }),
  upstream_redirect: spec(502, 16, 'MCP server {server} answered with a redirect, which is not followed', {
    proxyStatus: 'http_protocol_error',
  }),
  // The gateway's own state.
  config_missing: spec(503, 20, 'This gateway has no configuration yet', { retryable: true }),
  config_stale: spec(503, 21, 'The configuration is older than max_staleness', { retryable: true }),
  config_behind: spec(503, 22, 'The configuration is behind: {detail}', { retryable: true }),
  audit_unavailable: spec(503, 23, 'The audit spool cannot take the request', { retryable: true }),
  overloaded: spec(503, 24, 'This gateway has too many requests under way', {
    retryable: true,
    proxyStatus: 'connection_limit_reached',
  }),
  draining: spec(503, 25, 'This gateway is shutting down', { retryable: true }),
  session_key_missing: spec(503, 27, 'This gateway has no session key yet', { retryable: true }),
  internal_error: spec(500, 26, 'Unexpected failure in the gateway; see its log for this request id'),
  // Identity.
  credentials_missing: spec(401, 30, 'Send "Authorization: Bearer <token>"'),
  credentials_invalid: spec(401, 31, 'The token is not valid'),
  credentials_expired: spec(401, 32, 'The token has expired'),
  credentials_revoked: spec(401, 33, 'The token was revoked'),
  principal_disabled: spec(401, 34, 'The user of this token is disabled'),
  credentials_throttled: spec(503, 35, 'Too many requests with bad credentials from this address', {
    retryable: true,
  }),
  // Access.
  access_denied: spec(403, 40, 'Access to MCP server {server} is denied'),
  tool_denied: spec(200, -32602, 'Unknown tool: {detail}'),
  method_denied: spec(200, -32601, 'Method not found: {detail}'),
  // The request itself.
  host_not_allowed: spec(421, 50, 'This gateway does not serve the requested host'),
  origin_not_allowed: spec(403, 51, 'The origin is not allowed'),
  ambiguous_headers: spec(400, 52, 'Header {detail} must not be repeated'),
  route_not_found: spec(404, 53, 'No such route; MCP endpoints are /api/llm/mcp/{server}/server'),
  method_not_allowed: spec(405, 54, 'Use one of {detail}'),
  media_type_unsupported: spec(415, 55, 'Content-Type must be application/json, seen: {detail}'),
  content_encoding_unsupported: spec(415, 56, 'Content-Encoding is not supported, seen: {detail}'),
  body_too_large: spec(413, 57, 'The request body is larger than {detail} bytes'),
  body_timeout: spec(408, 58, 'The request body did not arrive in time'),
  body_unreadable: spec(400, -32700, 'The body is not acceptable JSON: {detail}'),
  envelope_invalid: spec(400, -32600, 'Not a JSON-RPC 2.0 message: {detail}'),
  batch_unsupported: spec(400, -32600, 'JSON-RPC batches are not supported'),
  header_mismatch: spec(400, -32020, 'Header {detail} does not match the body'),
  session_unknown: spec(404, 59, 'No such session'),
  // The request as HTTP, before anything is known of what it asks for.
  request_malformed: spec(400, 80, 'Not a valid HTTP request: {detail}'),
  headers_too_large: spec(431, 81, 'The request line and headers are too large or too many'),
  headers_timeout: spec(408, 82, 'The request headers did not arrive in time'),
  http_version_unsupported: spec(505, 83, 'Only HTTP/1.1 and HTTP/1.0 are spoken here'),
  transfer_encoding_unsupported: spec(501, 84, 'The only Transfer-Encoding is chunked'),
  expectation_failed: spec(417, 85, 'The only expectation is 100-continue'),
  body_unexpected: spec(400, 86, 'Only POST has a body'),
  // Seen only in audit and metrics.
  client_disconnected: spec(499, 60, 'The agent closed the connection'),
  stream_idle: spec(504, 61, 'The response stream of {server} stayed silent for too long', {
    proxyStatus: 'connection_read_timeout',
  }),
  stream_expired: spec(504, 65, 'The response of {server} lasted longer than it may'),
  rpc_error: spec(200, 62, 'The MCP server answered with a JSON-RPC error'),
  tool_error: spec(200, 63, 'The tool reported an error'),
  input_required: spec(200, 66, 'The MCP server asks for more input'),
  upstream_status: spec(502, 64, 'The MCP server answered with an error status'),
} as const satisfies Record<string, ReasonSpec>;

export type Reason = keyof typeof REASONS;

export interface FaultContext {
  /** `client->aws`, `aws->azure` or `azure->mcp-m365`. */
  hop?: string;
  /** The other gateway, by name. */
  peer?: string;
  detail?: string;
  /** HTTP status, where this gateway reports another gateway's refusal as a failed hop. */
  status?: number;
  /** Seconds for `Retry-After` (RFC 9110 §10.2.3). */
  retryAfter?: number;
  cause?: unknown;
}

/** A gateway's own failure. It ends a request: whoever throws it decides nothing about rendering. */
export class GatewayFault extends Error {
  readonly spec: ReasonSpec;

  constructor(
    readonly reason: Reason,
    readonly context: FaultContext = {},
  ) {
    super(reason, context.cause === undefined ? undefined : { cause: context.cause });
    this.spec = REASONS[reason];
  }
}

/** The message of a fault with its blanks filled in. */
export function faultMessage(
  fault: GatewayFault,
  names: { server?: string | undefined; gateway?: string | undefined },
): string {
  const blanks: Record<string, string | undefined> = {
    ...names,
    peer: fault.context.peer,
    detail: fault.context.detail,
    hop: fault.context.hop,
  };
  return fault.spec.message.replace(/\{(\w+)\}/g, (whole, key: string) => blanks[key] ?? whole);
}
