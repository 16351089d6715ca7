/** Listening streams are limited apart: they stay open for hours and cost hardly more than their sockets. */
export type LoadKind = 'requests' | 'streams';

/** Most of each kind that may be under way to one next hop at a time. */
export type LoadLimit = Readonly<Record<LoadKind, number>>;

/** A full next hop is logged once in this time, milliseconds: a flood of requests must not become one of log lines. */
const WARNING_INTERVAL_MS = 10_000;

/** What is under way to one next hop. */
export class NextHopLoad implements Record<LoadKind, number> {
  requests = 0;
  streams = 0;
  private warnedAt = -Infinity;

  constructor(
    readonly name: string,
    readonly limit: LoadLimit,
  ) {}

  get isIdle(): boolean {
    return this.requests === 0 && this.streams === 0;
  }

  isFull(kind: LoadKind): boolean {
    return this[kind] >= this.limit[kind];
  }

  /** True at most once in an interval. */
  mayWarn(now: number): boolean {
    if (now - this.warnedAt < WARNING_INTERVAL_MS) return false;
    this.warnedAt = now;
    return true;
  }
}
