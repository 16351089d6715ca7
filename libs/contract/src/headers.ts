/** Header names in the lower case that Node and undici use. */
export const HEADERS = {
  hop: 'causeway-hop',
  /** On a hop's response: the catalogue reason of a failure that the handling gateway itself answered. */
  reason: 'causeway-reason',
  /** Beside `causeway-reason`: the failing hop, such as `azure->mcp-m365`. */
  failedHop: 'causeway-failed-hop',
  /** On every response of a gateway: the request id, for the audit. */
  requestId: 'causeway-request-id',
  sessionId: 'mcp-session-id',
  protocolVersion: 'mcp-protocol-version',
  mcpMethod: 'mcp-method',
  mcpName: 'mcp-name',
  lastEventId: 'last-event-id',
  serverTiming: 'server-timing',
  proxyStatus: 'proxy-status',
} as const;

/**
 * On every answer to a caller, names and values in turn: nobody on the way may keep it, not even for the same user, or take
 * it for something other than it says. MCP's own cache hints are in the body (MCP 2026-07-28, `ttlMs` and `cacheScope`).
 */
export const ANSWER_HEADERS: readonly string[] = [
  'cache-control',
  'private, no-store',
  'x-content-type-options',
  'nosniff',
];
