import { REPORTED_METRICS } from '#libs/contract';
import { Module, type Provider } from '@nestjs/common';
import { makeCounterProvider, makeHistogramProvider } from '@willsoto/nestjs-prometheus';
import { register, type Counter } from 'prom-client';
import { MetricsSource } from '../sync/heartbeat/metrics-source.js';
import { GatewayMetrics } from './gateway-metrics.service.js';
import { FAILED_HOPS, HOP_LATENCY, HOPS, MALFORMED_REQUESTS, REQUESTS } from './metric-definitions.js';
import type { Tally } from './tally.js';

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

/** The metrics of a gateway's requests. */
@Module({
  providers: [
    GatewayMetrics,
    makeHistogramProvider(HOP_LATENCY),
    tallied(REQUESTS, ({ requests }) => requests),
    tallied(HOPS, ({ hops }) => hops),
    tallied(FAILED_HOPS, ({ failedHops }) => failedHops),
    tallied(MALFORMED_REQUESTS, ({ malformedRequests }) => malformedRequests),
    { provide: MetricsSource, useValue: reported },
  ],
  exports: [GatewayMetrics, MetricsSource],
})
export class MetricsModule {}
