import { Module } from '@nestjs/common';
import { makeCounterProvider, makeGaugeProvider, makeHistogramProvider } from '@willsoto/nestjs-prometheus';
import { register, type Gauge } from 'prom-client';
import { AuditSpool } from '#libs/audit';
import {
  HOP_ERRORS,
  PROXY_LATENCY_MS,
  PROXY_REQUESTS_TOTAL,
  REPORTED_METRICS,
  REQUESTS_TOTAL,
} from '#libs/contract';
import { GatewayMetrics } from './gateway-metrics.js';
import {
  HOP_ERROR_LABELS,
  HOP_LABELS,
  LATENCY_BUCKETS,
  REQUEST_LABELS,
  REQUESTS_MALFORMED,
} from './metric-definitions.js';
import { METRICS_TEXT, type MetricsText } from './metrics-text.js';

const reportedText: MetricsText = async () => {
  const texts = await Promise.all(REPORTED_METRICS.map((name) => register.getSingleMetricAsString(name)));
  return `${texts.join('\n')}\n`;
};

/** The metrics of a gateway. Needs the global AuditModule. */
@Module({
  providers: [
    makeCounterProvider({
      name: REQUESTS_TOTAL,
      help: 'Requests of agents, counted at the entry and at the handling gateway.',
      labelNames: REQUEST_LABELS,
    }),
    makeCounterProvider({
      name: PROXY_REQUESTS_TOTAL,
      help: 'Requests sent over a hop, counted at the entry gateway.',
      labelNames: HOP_LABELS,
    }),
    makeHistogramProvider({
      name: PROXY_LATENCY_MS,
      help: "Round trip of a hop less the handling gateway's total, milliseconds.",
      labelNames: HOP_LABELS,
      buckets: LATENCY_BUCKETS,
    }),
    makeCounterProvider({
      name: HOP_ERRORS,
      help: 'Hops that failed, by the reason of the catalogue.',
      labelNames: HOP_ERROR_LABELS,
    }),
    makeCounterProvider({
      name: REQUESTS_MALFORMED,
      help: 'Connections that were closed because no request could be made out.',
      labelNames: ['reason'],
    }),
    makeGaugeProvider({
      name: 'causeway_audit_spool_bytes',
      help: 'Bytes that the audit spool takes, its reserve included.',
      inject: [AuditSpool],
      collect(this: Gauge, spool: AuditSpool) {
        this.set(spool.usedBytes);
      },
    }),
    makeGaugeProvider({
      name: 'causeway_audit_lost',
      help: 'Audit parts of this process that could not be kept.',
      inject: [AuditSpool],
      collect(this: Gauge, spool: AuditSpool) {
        this.set(spool.lost);
      },
    }),
    GatewayMetrics,
    { provide: METRICS_TEXT, useValue: reportedText },
  ],
  exports: [GatewayMetrics, METRICS_TEXT],
})
export class MetricsModule {}
