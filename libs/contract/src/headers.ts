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
