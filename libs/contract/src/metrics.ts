/** The metrics of the product, with exactly these names and labels. Gateways appear by their registry names. */
export const REQUESTS_TOTAL = 'mcp_requests_total';
export const PROXY_REQUESTS_TOTAL = 'mcp_proxy_requests_total';
/** Histogram, milliseconds. */
export const PROXY_LATENCY_MS = 'mcp_proxy_latency_ms';
export const HOP_ERRORS = 'mcp_gateway_to_gateway_errors';

/** What a replica reports to the control plane, which passes on nothing else. */
export const REPORTED_METRICS = [REQUESTS_TOTAL, PROXY_REQUESTS_TOTAL, PROXY_LATENCY_MS, HOP_ERRORS] as const;
