/** Of one gateway process only. */
export const REQUESTS_MALFORMED = 'causeway_requests_malformed_total';

export const REQUEST_LABELS = ['server', 'user', 'gateway', 'role', 'tool', 'status', 'reason'] as const;
export const HOP_LABELS = ['server', 'from', 'to'] as const;
export const HOP_ERROR_LABELS = ['from', 'to', 'reason'] as const;

/** Milliseconds. */
export const LATENCY_BUCKETS = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000];
