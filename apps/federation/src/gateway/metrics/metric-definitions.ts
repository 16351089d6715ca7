/** The metrics of the product, with exactly these names and labels. Gateways appear by their registry names. */
export const REQUESTS_TOTAL = 'mcp_requests_total';
export const PROXY_REQUESTS_TOTAL = 'mcp_proxy_requests_total';
export const PROXY_LATENCY_MS = 'mcp_proxy_latency_ms';
export const HOP_ERRORS = 'mcp_gateway_to_gateway_errors';
/** Of one gateway process only. */
export const REQUESTS_MALFORMED = 'causeway_requests_malformed_total';

/** What a replica reports to the control plane. */
export const REPORTED_METRICS = [REQUESTS_TOTAL, PROXY_REQUESTS_TOTAL, PROXY_LATENCY_MS, HOP_ERRORS] as const;

export const REQUEST_LABELS = ['server', 'user', 'gateway', 'role', 'tool', 'status', 'reason'] as const;
export const HOP_LABELS = ['server', 'from', 'to'] as const;
export const HOP_ERROR_LABELS = ['from', 'to', 'reason'] as const;

/** Milliseconds. */
export const LATENCY_BUCKETS = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000];
