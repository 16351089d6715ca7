import { PROXY_LATENCY_MS, type AuditEnding, type AuditFacts, type Reason } from '#libs/contract';
import { Injectable } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import { Histogram } from 'prom-client';
import { FAILED_HOPS, HOPS, MALFORMED_REQUESTS, REQUESTS } from './metric-definitions.js';
import { LabelLimit, OTHER, Tally, type Values } from './tally.js';

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
