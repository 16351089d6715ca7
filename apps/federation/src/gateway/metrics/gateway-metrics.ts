import { Injectable } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import { Counter, Histogram } from 'prom-client';
import {
  HOP_ERRORS,
  PROXY_LATENCY_MS,
  PROXY_REQUESTS_TOTAL,
  REQUESTS_TOTAL,
  type AuditPart,
  type Reason,
} from '#libs/contract';
import { LabelLimit, OTHER } from './label-limit.js';
import {
  REQUESTS_MALFORMED,
  type HOP_ERROR_LABELS,
  type HOP_LABELS,
  type REQUEST_LABELS,
} from './metric-definitions.js';

/** Distinct users and distinct tools that get a label of their own. */
const MAX_VALUES = 1000;
/** Distinct combinations of labels; beyond, requests are counted without user and tool. */
const MAX_SERIES = 2000;
const MAX_HOP_SERIES = 200;

/** One ended request, as one gateway saw it. */
export interface AccountedRequest {
  part: AuditPart;
  /** Registry name of the handling gateway if the request was sent over a hop, else null. */
  to: string | null;
  /** The hop's round trip less the handling gateway's total, milliseconds; null if the hop did not answer. */
  proxyMs: number | null;
}

type RequestLabels = Record<(typeof REQUEST_LABELS)[number], string>;
type HopLabels = Record<(typeof HOP_LABELS)[number], string>;

/** Counts each request exactly once per gateway. */
@Injectable()
export class GatewayMetrics {
  private readonly users = new LabelLimit(MAX_VALUES);
  private readonly tools = new LabelLimit(MAX_VALUES);
  private readonly series = new LabelLimit(MAX_SERIES);
  private readonly hopSeries = new LabelLimit(MAX_HOP_SERIES);

  constructor(
    @InjectMetric(REQUESTS_TOTAL) private readonly requests: Counter<(typeof REQUEST_LABELS)[number]>,
    @InjectMetric(PROXY_REQUESTS_TOTAL) private readonly proxied: Counter<(typeof HOP_LABELS)[number]>,
    @InjectMetric(PROXY_LATENCY_MS) private readonly latency: Histogram<(typeof HOP_LABELS)[number]>,
    @InjectMetric(HOP_ERRORS) private readonly hopErrors: Counter<(typeof HOP_ERROR_LABELS)[number]>,
    @InjectMetric(REQUESTS_MALFORMED) private readonly malformedRequests: Counter<'reason'>,
  ) {}

  /** Counts a connection that ended since no request could be made out. */
  malformed(reason: Reason): void {
    this.malformedRequests.inc({ reason });
  }

  account(request: AccountedRequest): void {
    this.requests.inc(this.requestLabels(request.part));
    if (request.part.role === 'entry' && request.to !== null) this.accountHop(request, request.to);
  }

  private accountHop({ part, proxyMs }: AccountedRequest, to: string): void {
    const labels = this.hopLabels(part, to);
    this.proxied.inc(labels);
    if (proxyMs !== null) this.latency.observe(labels, Math.max(0, proxyMs));
    if (part.reason !== null && part.hop === `${part.gateway}->${to}`) {
      this.hopErrors.inc({ from: part.gateway, to, reason: part.reason });
    }
  }

  private requestLabels(part: AuditPart): RequestLabels {
    const labels = {
      server: serverLabel(part),
      user: this.users.label(part.user ?? ''),
      gateway: part.gateway,
      role: part.role,
      tool: this.tools.label(part.tool ?? ''),
      status: part.status,
      reason: part.reason ?? '',
    };
    const isAdmitted = this.series.admits(Object.values(labels).join('\n'));
    return isAdmitted ? labels : { ...labels, user: OTHER, tool: OTHER };
  }

  private hopLabels(part: AuditPart, to: string): HopLabels {
    const isAdmitted = this.hopSeries.admits(`${part.server}\n${part.gateway}\n${to}`);
    return { server: isAdmitted ? part.server : OTHER, from: part.gateway, to };
  }
}

/** Only registered servers have a label of their own: anybody can ask for others, without credentials. */
const serverLabel = (part: AuditPart): string => (part.handlingGateway === null ? OTHER : part.server);
