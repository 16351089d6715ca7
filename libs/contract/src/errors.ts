/**
 * The catalogue of a gateway's own failures. `reason` is the same word in response, audit, log and metric;
 * docs/errors.md lists exactly these (a test keeps both equal). Codes lie outside −32768…−32000, which JSON-RPC 2.0 and
 * MCP reserve, except where MCP itself defines the code. Never reuse a retired code.
 *
 * Statuses: a client of both eras reads any 4xx other than 401 and 403 as the sign of a legacy server, so failures of the
 * gateways are 5xx. The 4xx below are faults of the request itself, to which the MCP server would answer the same.
 */
export interface ReasonSpec {
  readonly status: number;
  /** JSON-RPC error code. */
  readonly code: number;
  /** Shown to the agent, with `{detail}`, `{server}`, `{gateway}` and `{peer}` filled in. */
  readonly message: string;
  /** The request had no effect and may succeed later. */
  readonly retryable: boolean;
  /** What audit and metrics call a request that ended this way. */
  readonly outcome: 'success' | 'error' | 'denied' | 'cancelled';
  /** RFC 9209 §2.3 error type, where a next hop failed; null: `Proxy-Status` is not sent. */
  readonly proxyStatus: string | null;
  /** The failure can also happen where there is no next hop; `Proxy-Status` is not sent then (RFC 9209 §2.3.12). */
  readonly blamesNextHopOnly: boolean;
  /** The gateway's log gets a line about it, because the reason alone says what failed, but not how. */
  readonly isLogged: boolean;
  /** A fault in the gateway's own code: its log has the stack under the request id. */
  readonly isDefect: boolean;
  /** What comes next on the connection might be part of the refused request, so the connection is closed. */
  readonly closesConnection: boolean;
  /**
   * What an entry gateway makes of this reason when the handling gateway gives it. `passes`: the agent gets it as it is.
   * `fails`: the same request has passed the same checks at the entry gateway, so it was spoiled between the two and is
   * reported as a failed hop (502). `moved`: the server has moved, and this gateway does not know yet. `distrust`: the other
   * gateway believes nothing of the request, not even its id.
   */
  readonly overHop: 'passes' | 'fails' | 'moved' | 'distrust';
  /**
   * A denial that means that nothing was executed, even though the request had already been sent on. After any other denial
   * at that point the call may have been executed, so the request counts as an error.
   */
  readonly refusesWhatWasSent: boolean;
  /** The `error` attribute of a 401's challenge (RFC 6750 §3.1); null where no token was sent. */
  readonly challenge: 'invalid_token' | null;
  /** Response header that the detail of a fault goes into. */
  readonly detailHeader: 'allow' | null;
}

type Flags = Partial<Omit<ReasonSpec, 'status' | 'code' | 'message'>>;

const DEFAULTS: Omit<ReasonSpec, 'status' | 'code' | 'message'> = {
  retryable: false,
  outcome: 'error',
  proxyStatus: null,
  blamesNextHopOnly: false,
  isLogged: false,
  isDefect: false,
  closesConnection: false,
  overHop: 'passes',
  refusesWhatWasSent: false,
  challenge: 'invalid_token',
  detailHeader: null,
};

const spec = (status: number, code: number, message: string, flags: Flags = {}): ReasonSpec =>
  Object.freeze({ status, code, message, ...DEFAULTS, ...flags });

/** A next hop has failed: the log says how, and `Proxy-Status` says it to whoever stands between. */
const nextHop = (proxyStatus: string, flags: Flags = {}): Flags => ({
  proxyStatus,
  isLogged: true,
  ...flags,
});

const RETRYABLE: Flags = { retryable: true };
const DENIED: Flags = { outcome: 'denied' };
const DISTRUSTED: Flags = { ...DENIED, overHop: 'distrust', refusesWhatWasSent: true };
/** A fault of the request itself. */
const OF_REQUEST: Flags = { overHop: 'fails' };
const CLOSING: Flags = { ...OF_REQUEST, closesConnection: true };

export const REASONS = {
  // Where a next hop failed.
  remote_gateway_unreachable: spec(
    502,
    1,
    'Remote gateway {peer} is unreachable',
    nextHop('destination_unavailable', RETRYABLE),
  ),
  remote_gateway_timeout: spec(
    504,
    2,
    'Remote gateway {peer} did not answer in time',
    nextHop('http_response_timeout'),
  ),
  remote_gateway_interrupted: spec(
    502,
    3,
    'The connection to remote gateway {peer} broke',
    nextHop('connection_terminated'),
  ),
  remote_gateway_invalid_response: spec(
    502,
    4,
    'Remote gateway {peer} sent an invalid response',
    nextHop('http_protocol_error'),
  ),
  // One message for all causes: whoever tries contexts out must not learn which check failed. The log has it.
  hop_untrusted: spec(401, 5, 'The hop context is not valid', { ...DISTRUSTED, isLogged: true }),
  clock_skew: spec(401, 8, 'The clocks of two gateways are too far apart: {detail}', DISTRUSTED),
  hop_key_missing: spec(503, 6, 'This gateway has no hop key for {peer} yet', RETRYABLE),
  loop_detected: spec(
    502,
    7,
    'A request that came over a hop cannot take another',
    nextHop('proxy_loop_detected', { overHop: 'moved' }),
  ),
  upstream_unreachable: spec(
    502,
    10,
    'MCP server {server} is unreachable',
    nextHop('destination_unavailable', RETRYABLE),
  ),
  upstream_timeout: spec(
    504,
    11,
    'MCP server {server} did not answer in time',
    nextHop('http_response_timeout'),
  ),
  upstream_interrupted: spec(
    502,
    12,
    'The connection to MCP server {server} broke',
    nextHop('connection_terminated'),
  ),
  upstream_invalid_response: spec(
    502,
    13,
    'MCP server {server} sent an invalid response: {detail}',
    nextHop('http_protocol_error'),
  ),
  upstream_response_too_large: spec(
    502,
    14,
    'The list from MCP server {server} is too large to filter',
    nextHop('http_response_body_size'),
  ),
  upstream_auth: spec(
    502,
    15,
    "MCP server {server} refused the gateway's credentials: {detail}",
    nextHop('http_request_denied'),
  ),
  upstream_redirect: spec(
    502,
    16,
    'MCP server {server} answered with a redirect, which gateways do not follow: {detail}',
    nextHop('http_protocol_error'),
  ),
  destination_ip_prohibited: spec(
    502,
    17,
    'The registered URL leads to an address that this gateway does not connect to',
    nextHop('destination_ip_prohibited'),
  ),
  transport_unsupported: spec(
    502,
    18,
    'MCP server {server} speaks only the HTTP+SSE transport of 2024-11-05: {detail}',
    nextHop('http_protocol_error'),
  ),
  // The gateway's own state.
  config_missing: spec(503, 20, 'This gateway has no configuration yet', RETRYABLE),
  config_stale: spec(503, 21, 'The configuration is older than MAX_STALENESS_SECONDS allows', RETRYABLE),
  config_behind: spec(503, 22, 'The configuration is behind: {detail}', RETRYABLE),
  config_damaged: spec(
    503,
    70,
    'The configuration on the disk of this gateway is damaged; the control plane must send it anew',
    RETRYABLE,
  ),
  audit_unavailable: spec(503, 23, 'The audit spool cannot take the request', RETRYABLE),
  // Not logged here: the limit that was reached logs its first refusals.
  overloaded: spec(503, 24, 'This gateway has too many requests in progress', {
    ...RETRYABLE,
    proxyStatus: 'connection_limit_reached',
    blamesNextHopOnly: true,
  }),
  principal_limit_reached: spec(503, 29, 'You have too many requests in progress at this gateway', {
    ...RETRYABLE,
    proxyStatus: 'connection_limit_reached',
    blamesNextHopOnly: true,
  }),
  draining: spec(503, 25, 'This gateway is shutting down', { ...RETRYABLE, closesConnection: true }),
  drain_interrupted: spec(503, 36, 'This gateway has shut down before the answer was complete', {
    closesConnection: true,
  }),
  session_key_missing: spec(503, 27, 'This gateway has no session key yet', RETRYABLE),
  internal_error: spec(500, 26, 'Unexpected failure in the gateway; see its log for this request id', {
    isDefect: true,
  }),
  stage_skipped: spec(500, 28, 'The gateway skipped a stage for this request, which is a bug: {detail}', {
    isDefect: true,
  }),
  // Identity.
  credentials_missing: spec(401, 30, 'Send "Authorization: Bearer <token>"', { ...DENIED, challenge: null }),
  credentials_invalid: spec(401, 31, 'The token is not valid', DENIED),
  credentials_expired: spec(401, 32, 'The token has expired', DENIED),
  credentials_revoked: spec(401, 33, 'The token was revoked', DENIED),
  principal_disabled: spec(401, 34, 'The user of this token is disabled', DENIED),
  credentials_throttled: spec(503, 35, 'Too many requests with bad credentials from this address', {
    ...DENIED,
    ...RETRYABLE,
  }),
  // Access.
  access_denied: spec(403, 40, 'Access to MCP server {server} is denied', DENIED),
  tool_denied: spec(200, -32602, 'Unknown tool: {detail}', DENIED),
  method_denied: spec(200, -32601, 'Method not found: {detail}', DENIED),
  // The request itself.
  host_not_allowed: spec(421, 50, 'This gateway does not serve the host {detail}; ALLOWED_HOSTS can add it', {
    ...OF_REQUEST,
    ...DENIED,
  }),
  origin_not_allowed: spec(403, 51, 'The origin is not allowed', DENIED),
  ambiguous_headers: spec(400, 52, 'Header {detail} must not be repeated', OF_REQUEST),
  route_not_found: spec(404, 53, 'No such route; MCP endpoints are /api/llm/mcp/{server}/server', OF_REQUEST),
  method_not_allowed: spec(405, 54, 'Method not allowed; use one of {detail}', {
    ...OF_REQUEST,
    detailHeader: 'allow',
  }),
  media_type_unsupported: spec(415, 55, 'Content-Type must be application/json, seen: {detail}', OF_REQUEST),
  content_encoding_unsupported: spec(
    415,
    56,
    'Content-Encoding is not supported, seen: {detail}',
    OF_REQUEST,
  ),
  body_too_large: spec(413, 57, 'The request body is larger than {detail} bytes', OF_REQUEST),
  body_timeout: spec(408, 58, 'The request body did not arrive in time', CLOSING),
  body_unreadable: spec(400, -32700, 'The body is not acceptable JSON: {detail}', OF_REQUEST),
  envelope_invalid: spec(400, -32600, 'Not a JSON-RPC 2.0 message: {detail}', OF_REQUEST),
  batch_unsupported: spec(400, -32600, 'JSON-RPC batches are not supported', OF_REQUEST),
  header_mismatch: spec(400, -32020, 'Header {detail} does not match the body', OF_REQUEST),
  // Only the handling gateway knows its sessions.
  session_unknown: spec(404, 59, 'No such session', DENIED),
  // The request as HTTP, before anything is known of what it asks for.
  request_malformed: spec(400, 80, 'Not a valid HTTP request: {detail}', CLOSING),
  headers_too_large: spec(431, 81, 'The request line and headers are too large or too many', CLOSING),
  headers_timeout: spec(408, 82, 'The request headers did not arrive in time', OF_REQUEST),
  http_version_unsupported: spec(505, 83, 'This gateway supports only HTTP/1.1 and HTTP/1.0', {
    closesConnection: true,
  }),
  transfer_encoding_unsupported: spec(501, 84, 'The only supported Transfer-Encoding is chunked', {
    closesConnection: true,
  }),
  expectation_failed: spec(417, 85, 'The only supported expectation is 100-continue', OF_REQUEST),
  body_unexpected: spec(400, 86, 'Only POST may have a body', CLOSING),
  // Seen only in audit and metrics.
  client_disconnected: spec(499, 60, 'The agent closed the connection', {
    ...OF_REQUEST,
    outcome: 'cancelled',
  }),
  stream_idle: spec(
    504,
    61,
    'The response stream from {server} was silent for too long',
    nextHop('connection_read_timeout'),
  ),
  stream_expired: spec(504, 65, 'The response from {server} took longer than allowed', { isLogged: true }),
  rpc_error: spec(200, 62, 'The MCP server answered with a JSON-RPC error'),
  tool_error: spec(200, 63, 'The tool reported an error'),
  input_required: spec(200, 66, 'The MCP server asks for more input', { outcome: 'success' }),
  upstream_status: spec(502, 64, 'MCP server {server} answered with an error status: {detail}', {
    isLogged: true,
  }),
} as const satisfies Record<string, ReasonSpec>;

export type Reason = keyof typeof REASONS;

/** True if a text is a reason of the catalogue. */
export const isReason = (text: string): text is Reason => Object.hasOwn(REASONS, text);
