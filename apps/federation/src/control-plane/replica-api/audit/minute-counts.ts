import { refusalCount } from '#libs/audit';
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

/** Between the parts of a key. No stored text holds it. */
const SEPARATOR = '\0';

export const isEntryOutcome = (part: AuditPart): boolean => part.role === 'entry' && part.phase === 'outcome';

/**
 * The outcomes by which requests are counted: of each request, its entry gateway's first one, so that neither the order of
 * arrival nor a repetition changes a count.
 * @param fresh Newly stored parts by request id.
 * @param storedOf All stored parts of a request; null if it is not to be counted.
 */
export function countedOutcomes(
  fresh: ReadonlyMap<string, AuditPart[]>,
  storedOf: (id: string) => AuditPart[] | null,
): AuditPart[] {
  const counted: AuditPart[] = [];
  for (const [id, parts] of fresh) {
    const first = parts.find(isEntryOutcome);
    if (first === undefined) continue;
    const stored = storedOf(id) ?? [];
    if (entryOutcomes(stored) === entryOutcomes(parts)) counted.push(first);
  }
  return counted;
}

/** What the minutes gain by these outcomes. */
export function minuteCounts(outcomes: readonly AuditPart[]): MinuteCount[] {
  const counts = new Map<string, MinuteCount>();
  for (const outcome of outcomes) {
    const minute = minuteOf(outcome);
    const key = keyOf(minute, outcome);
    const count = counts.get(key) ?? noneOf(minute, outcome);
    count.count += refusalCount(outcome) || 1;
    count.ms += outcome.totalMs ?? 0;
    counts.set(key, count);
  }
  return [...counts.values()];
}

const entryOutcomes = (parts: readonly AuditPart[]): number => parts.filter(isEntryOutcome).length;

/** @param outcome Its time is as `Date.toISOString` writes it. */
const minuteOf = ({ timestamp }: AuditPart): string => `${timestamp.slice(0, 16)}:00.000Z`;

const keyOf = (minute: string, { gateway, server, user, status }: AuditPart): string =>
  [minute, gateway, server, user ?? '', status].join(SEPARATOR);

const noneOf = (minute: string, { gateway, server, user, status }: AuditPart): MinuteCount => ({
  minute,
  gateway,
  server,
  user: user ?? '',
  status,
  count: 0,
  ms: 0,
});
