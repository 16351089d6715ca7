import { HOP_ERRORS, PROXY_LATENCY_MS, PROXY_REQUESTS_TOTAL, REQUESTS_TOTAL } from '#libs/contract';

export const REQUESTS = {
  name: REQUESTS_TOTAL,
  help: 'Requests of agents, counted at the entry and at the handling gateway.',
  labelNames: ['server', 'user', 'gateway', 'role', 'tool', 'status', 'reason'],
} as const;

export const HOPS = {
  name: PROXY_REQUESTS_TOTAL,
  help: 'Requests sent over a hop, counted at the entry gateway.',
  labelNames: ['server', 'from', 'to'],
} as const;

export const HOP_LATENCY = {
  name: PROXY_LATENCY_MS,
  help: "Round trip of a hop less the handling gateway's total, milliseconds.",
  labelNames: HOPS.labelNames,
  buckets: [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000],
};

export const FAILED_HOPS = {
  name: HOP_ERRORS,
  help: 'Hops that failed, by the reason of the catalogue.',
  labelNames: ['from', 'to', 'reason'],
} as const;

/** Not reported to the control plane. */
export const MALFORMED_REQUESTS = {
  name: 'causeway_requests_malformed_total',
  help: 'Connections that were closed because no request could be made out.',
  labelNames: ['reason'],
} as const;
