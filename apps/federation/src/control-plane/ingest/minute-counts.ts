import type { AuditPart } from '#libs/contract';

/** What one minute gains under one key. An empty string stands for «none». */
export interface MinuteCount {
  /** Start of the minute, RFC 3339 UTC. */
  minute: string;
  /** Registry name of the entry gateway. */
  gateway: string;
  server: string;
  user: string;
  status: string;
  count: number;
  /** Sum of the total latencies, milliseconds. */
  ms: number;
}

/**
 * Counts of newly stored outcomes. A request is counted once, at its entry gateway's first outcome, so that neither the
 * order of arrival nor a repetition changes a count.
 * @param counted ids of requests whose entry gateway had delivered an outcome before.
 */
export function minuteCounts(fresh: readonly AuditPart[], counted: ReadonlySet<string>): MinuteCount[] {
  const seen = new Set(counted);
  const counts = new Map<string, MinuteCount>();
  for (const part of fresh) {
    if (!isEntryOutcome(part) || seen.has(part.requestId)) continue;
    seen.add(part.requestId);
    add(counts, part);
  }
  return [...counts.values()];
}

export const isEntryOutcome = (part: AuditPart): boolean => part.role === 'entry' && part.phase === 'outcome';

function add(counts: Map<string, MinuteCount>, part: AuditPart): void {
  const minute = `${new Date(part.timestamp).toISOString().slice(0, 16)}:00.000Z`;
  const key = {
    minute,
    gateway: part.gateway,
    server: part.server,
    user: part.user ?? '',
    status: part.status,
  };
  const id = JSON.stringify(key);
  const held = counts.get(id) ?? { ...key, count: 0, ms: 0 };
  counts.set(id, { ...held, count: held.count + 1, ms: held.ms + (part.totalMs ?? 0) });
}
