import type { AuditPart } from '#libs/contract';
import type { AuditHop, McpAuditRecord } from './audit-record.js';

type Times = Pick<McpAuditRecord, 'hops' | 'proxy_ms' | 'upstream_ms' | 'total_latency_ms'>;

/** Where the time of a request went, from the newest part of each gateway. */
export function requestTimes(entry: AuditPart | null, handling: AuditPart | null): Times {
  if (entry === null) return alone(handling);
  if (handling === null) return entry.proxyHops === 0 ? alone(entry) : unansweredHop(entry);
  return bothGateways(entry, handling);
}

/** A gateway that called the MCP server itself, or whose entry gateway did not tell its times. */
function alone(part: AuditPart | null): Times {
  if (part === null) return { hops: [], proxy_ms: null, upstream_ms: null, total_latency_ms: null };
  const total = part.totalMs;
  const upstream = total === null ? null : within(part.nextHopMs, total);
  return {
    hops: [hop(part, minus(total, upstream))],
    proxy_ms: total === null ? null : 0,
    upstream_ms: rounded(upstream),
    total_latency_ms: rounded(total),
  };
}

/** Nothing came from the handling gateway: what lies behind the hop cannot be told apart. */
function unansweredHop(entry: AuditPart): Times {
  const times = alone(entry);
  const wasForwarded = entry.nextHopMs !== null;
  return { ...times, proxy_ms: times.upstream_ms, upstream_ms: wasForwarded ? null : times.proxy_ms };
}

/**
 * The handling gateway's clock may have run longer than the entry gateway waited, as when an agent went away: its times
 * are cut to what the entry gateway saw, so that the parts always add up to the total.
 */
function bothGateways(entry: AuditPart, handling: AuditPart): Times {
  if (entry.totalMs === null) return withoutEntryTimes(entry, handling);
  const waited = within(entry.nextHopMs, entry.totalMs);
  const remote = within(handling.totalMs, waited);
  const upstream = within(handling.nextHopMs, remote);
  return {
    hops: [
      hop(entry, entry.totalMs - waited),
      hop(handling, handling.totalMs === null ? null : remote - upstream),
    ],
    proxy_ms: rounded(waited - remote),
    upstream_ms: rounded(handling.totalMs === null ? null : upstream),
    total_latency_ms: rounded(entry.totalMs),
  };
}

function withoutEntryTimes(entry: AuditPart, handling: AuditPart): Times {
  const times = alone(handling);
  return { ...times, hops: [hop(entry, null), ...times.hops], proxy_ms: null };
}

const within = (ms: number | null, limit: number): number => Math.min(Math.max(ms ?? 0, 0), limit);
const minus = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? null : a - b;
const rounded = (ms: number | null): number | null => (ms === null ? null : Math.round(ms * 10) / 10);
const hop = (part: AuditPart, ms: number | null): AuditHop => ({
  gateway: part.gatewayHost,
  role: part.role,
  ms: rounded(ms),
});
