import { type Counter, Histogram } from 'prom-client';
import { Injectable } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import { PROXY_LATENCY_MS, type AuditEnding, type AuditFacts, type Reason } from '#libs/contract';
import { FAILED_HOPS, HOPS, MALFORMED_REQUESTS, REQUESTS } from './metric-definitions.js';

/** Value of a label whose number of values is exhausted. */
export const OTHER = '_other';

/** Lets a bounded number of distinct values pass: labels that callers choose must not grow memory without end. */
export class LabelLimit {
  private readonly seen = new Set<string>();

  constructor(private readonly max: number) {}

  /** The value itself, or {@link OTHER} if it is new and the limit is reached. */
  label(value: string): string {
    if (this.seen.has(value)) return value;
    if (this.seen.size >= this.max) return OTHER;
    this.seen.add(value);
    return value;
  }
}

/** One combination of label values. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** What was counted since the last collection. */
  pending: number;
}

/** One value for each label, in the order of the label names. */
export type Values<L extends readonly string[]> = { readonly [K in keyof L]: string };

type Branch = Map<string, Branch | Series>;

/**
 * Counts by label values and hands the counts to prom-client when it collects. To count costs a look-up per label, where
 * prom-client sorts, joins and checks the labels each time.
 */
export class Tally<const L extends readonly string[]> {
  private readonly root: Branch = new Map();
  private readonly all: Series[] = [];
  private admitted = 0;

  /**
   * @param names of the labels.
   * @param max combinations of values that are kept apart.
   * @param merge the combination that a new one counts towards when there are `max` of them.
   */
  constructor(
    private readonly names: L,
    private readonly max = Infinity,
    private readonly merge: (values: Values<L>) => Values<L> = (values) => values,
  ) {}

  /** Counts one. @returns the series that it was counted in. */
  count(values: Values<L>): Series {
    const series = this.find(values) ?? this.open(values);
    series.pending++;
    return series;
  }

  /** Adds to the counter what was counted since the last time. */
  collectInto(counter: Counter): void {
    for (const series of this.all) {
      if (series.pending > 0) counter.inc(series.labels, series.pending);
      series.pending = 0;
    }
  }

  private find(values: Values<L>): Series | undefined {
    let at: Branch | Series | undefined = this.root;
    for (const value of values) at = (at as Branch | undefined)?.get(value);
    return at as Series | undefined;
  }

  private open(values: Values<L>): Series {
    if (this.admitted < this.max) {
      this.admitted++;
      return this.add(values);
    }
    const merged = this.merge(values);
    return this.find(merged) ?? this.add(merged);
  }

  private add(values: Values<L>): Series {
    const labels = Object.fromEntries(this.names.map((name, i) => [name, String(values[i])]));
    const series: Series = { labels, pending: 0 };
    let branch = this.root;
    for (const value of values.slice(0, -1)) branch = branchBelow(branch, value);
    branch.set(String(values.at(-1)), series);
    this.all.push(series);
    return series;
  }
}

function branchBelow(branch: Branch, value: string): Branch {
  const held = branch.get(value) as Branch | undefined;
  const below: Branch = held ?? new Map();
  if (held === undefined) branch.set(value, below);
  return below;
}

/** Distinct users and distinct tools that get a label of their own. */
const MAX_VALUES = 1000;
/** Distinct combinations of labels; beyond, requests are counted without user and tool. */
const MAX_SERIES = 2000;
const MAX_HOP_SERIES = 200;

/** One ended request, as one gateway saw it. */
export interface AccountedRequest {
  facts: AuditFacts;
  ending: AuditEnding;
  /** Registry name of the handling gateway if the request was sent over a hop, else null. */
  to: string | null;
  /** The hop's round trip less the handling gateway's total, milliseconds; null if the hop did not answer. */
  proxyMs: number | null;
}

/** Counts each request exactly once per gateway. */
@Injectable()
export class GatewayMetrics {
  readonly requests = new Tally(REQUESTS.labelNames, MAX_SERIES, withoutUserAndTool);
  readonly hops = new Tally(HOPS.labelNames, MAX_HOP_SERIES, withoutServer);
  readonly failedHops = new Tally(FAILED_HOPS.labelNames);
  readonly malformedRequests = new Tally(MALFORMED_REQUESTS.labelNames);
  private readonly users = new LabelLimit(MAX_VALUES);
  private readonly tools = new LabelLimit(MAX_VALUES);

  constructor(@InjectMetric(PROXY_LATENCY_MS) private readonly latency: Histogram) {}

  /** Counts a connection that ended because no request could be made out. */
  malformed(reason: Reason): void {
    this.malformedRequests.count([reason]);
  }

  account(request: AccountedRequest): void {
    const { facts, ending, to } = request;
    this.requests.count([
      serverLabel(facts),
      this.users.label(facts.user ?? ''),
      facts.gateway,
      facts.role,
      this.tools.label(facts.tool ?? ''),
      ending.status,
      ending.reason ?? '',
    ]);
    if (facts.role === 'entry' && to !== null) this.accountHop(request, to);
  }

  private accountHop({ facts, ending, proxyMs }: AccountedRequest, to: string): void {
    const { labels } = this.hops.count([facts.server, facts.gateway, to]);
    if (proxyMs !== null) this.latency.observe(labels, Math.max(0, proxyMs));
    if (ending.reason !== null && ending.hop === `${facts.gateway}->${to}`)
      this.failedHops.count([facts.gateway, to, ending.reason]);
  }
}

/** Only registered servers have a label of their own: anybody can ask for others, without credentials. */
const serverLabel = ({ handlingGateway, server }: AuditFacts): string =>
  handlingGateway === null ? OTHER : server;

type RequestValues = Values<typeof REQUESTS.labelNames>;
type HopValues = Values<typeof HOPS.labelNames>;

function withoutUserAndTool([server, , gateway, role, , status, reason]: RequestValues): RequestValues {
  return [server, OTHER, gateway, role, OTHER, status, reason];
}

function withoutServer([, from, to]: HopValues): HopValues {
  return [OTHER, from, to];
}
