import { Module, type Provider } from '@nestjs/common';
import { makeCounterProvider, makeHistogramProvider } from '@willsoto/nestjs-prometheus';
import { register, type Counter } from 'prom-client';
import { REPORTED_METRICS } from '#libs/contract';
import { MetricsSource } from '../sync/heartbeat/metrics-source.js';
import { ObservationsSource } from '../sync/heartbeat/observations-source.js';
import { GatewayMetrics, type Tally } from './gateway-metrics.service.js';
import { FAILED_HOPS, HOP_LATENCY, HOPS, MALFORMED_REQUESTS, REQUESTS } from './metric-definitions.js';
import { ServerObservations } from './server-observations.js';

interface CounterDefinition {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
}

type TallyOf = (metrics: GatewayMetrics) => Pick<Tally<readonly string[]>, 'collectInto'>;

const tallied = (definition: CounterDefinition, tallyOf: TallyOf): Provider =>
  makeCounterProvider({
    ...definition,
    inject: [GatewayMetrics],
    collect(this: Counter, metrics: GatewayMetrics) {
      tallyOf(metrics).collectInto(this);
    },
  });

const reported: MetricsSource = {
  async text() {
    const texts = await Promise.all(REPORTED_METRICS.map((name) => register.getSingleMetricAsString(name)));
    return `${texts.join('\n')}\n`;
  },
};

/** What a gateway's requests show: its metrics, and how the MCP servers do. */
@Module({
  providers: [
    GatewayMetrics,
    makeHistogramProvider(HOP_LATENCY),
    tallied(REQUESTS, ({ requests }) => requests),
    tallied(HOPS, ({ hops }) => hops),
    tallied(FAILED_HOPS, ({ failedHops }) => failedHops),
    tallied(MALFORMED_REQUESTS, ({ malformedRequests }) => malformedRequests),
    { provide: MetricsSource, useValue: reported },
    ServerObservations,
    { provide: ObservationsSource, useExisting: ServerObservations },
  ],
  exports: [GatewayMetrics, MetricsSource, ServerObservations, ObservationsSource],
})
export class MetricsModule {}
