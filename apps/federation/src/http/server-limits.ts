/** Bytes of request line and headers together. */
const MAX_HEADER_BYTES = 16 * 1024;
/** Beyond headers and body: a backstop for bodies that nobody reads. */
const REQUEST_SLACK_MS = 5000;
/** Longer than the 60 s of hop clients, so that the client side lets go of an idle connection first. */
const KEEP_ALIVE_MS = 75_000;
const MAX_CHECK_INTERVAL_MS = 1000;

export interface ServerTimeouts {
  headersTimeoutMs: number;
  bodyTimeoutMs: number;
}

/** What bounds each connection of an HTTP server, the same in both roles; options of node:http. */
export const serverLimits = ({ headersTimeoutMs, bodyTimeoutMs }: ServerTimeouts) => ({
  maxHeaderSize: MAX_HEADER_BYTES,
  headersTimeout: headersTimeoutMs,
  requestTimeout: headersTimeoutMs + bodyTimeoutMs + REQUEST_SLACK_MS,
  connectionsCheckingInterval: Math.min(MAX_CHECK_INTERVAL_MS, headersTimeoutMs),
  keepAliveTimeout: KEEP_ALIVE_MS,
});
