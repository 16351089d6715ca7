import type { Exchange, Timings } from '#libs/auth';

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

const metric = (name: string, description: string, ms: number): string =>
  `${name};desc="${description}";dur=${Math.max(0, ms).toFixed(1)}`;

/** Milliseconds that the next hop took to its response headers, or until it failed. */
export function waited({ forwarded, answered, downstreamEnded }: Timings): number {
  if (forwarded === null) return 0;
  return (answered ?? downstreamEnded ?? performance.now()) - forwarded;
}

/** `Server-Timing` (W3C): this gateway's own time, and what is known of the way behind it. */
export function renderServerTiming(
  exchange: Exchange,
  ownGateway: string,
  beyond: string | undefined,
): string {
  const { started, answered } = exchange.timings;
  const total = (answered ?? performance.now()) - started;
  const next = waited(exchange.timings);
  const own = metric(exchange.role, ownGateway, total - next);
  if (exchange.route?.kind === 'upstream') return `${own}, ${metric('mcp', exchange.server, next)}`;
  if (exchange.proxyLatencyMs === null || beyond === undefined) return own;
  return `${own}, proxy;dur=${Math.max(0, exchange.proxyLatencyMs).toFixed(1)}, ${beyond}`;
}
