import type { GatewayRole } from '#libs/contract';
import type { RequestLog } from '#libs/request';

/** Milliseconds spent until the response's headers, as a handling gateway reports them. */
export interface HandlingTimes {
  /** At the handling gateway itself. */
  handling: number;
  /** Waiting for the MCP server. */
  upstream: number;
}

const HANDLING = /(?:^|, ?)handling;[^,]*?dur=(\d+(?:\.\d+)?)/;
const UPSTREAM = /(?:^|, ?)mcp;[^,]*?dur=(\d+(?:\.\d+)?)/;

/** Reads what {@link renderServerTiming} wrote at the handling gateway; null if it is not there. */
export function readServerTiming(text: string | undefined): HandlingTimes | null {
  if (text === undefined) return null;
  const handling = HANDLING.exec(text)?.[1];
  return handling === undefined
    ? null
    : { handling: Number(handling), upstream: Number(UPSTREAM.exec(text)?.[1] ?? 0) };
}

const duration = (ms: number): string => Math.max(0, ms).toFixed(1);

const metric = (name: string, description: string, ms: number): string =>
  `${name};desc="${description}";dur=${duration(ms)}`;

/**
 * `Server-Timing` (W3C): this gateway's own time, and what is known of the way behind it.
 * @param beyond What the next gateway says of itself, if there is one.
 */
export function renderServerTiming(
  log: RequestLog,
  role: GatewayRole,
  ownLabel: string,
  beyond: string | undefined,
): string {
  const total = (log.answeredAt ?? performance.now()) - log.startedAt;
  const next = log.waitedMs;
  const own = metric(role, ownLabel, total - next);
  if (log.nextHop?.kind === 'upstream') return `${own}, ${metric('mcp', log.nextHop.name, next)}`;
  if (log.proxyLatencyMs === null || beyond === undefined) return own;
  return `${own}, proxy;dur=${duration(log.proxyLatencyMs)}, ${beyond}`;
}
