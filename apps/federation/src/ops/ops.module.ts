import { Module, type DynamicModule } from '@nestjs/common';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { register } from 'prom-client';
import { DrainState } from './drain-state.js';
import { HealthController } from './health.controller.js';
import { MetricsController } from './metrics.controller.js';
import { EXTRA_METRICS, READINESS } from './ops.tokens.js';
import type { ExtraMetrics, Readiness } from './readiness.js';

export interface OpsOptions {
  readiness: Readiness;
  extraMetrics: ExtraMetrics;
  drainState: DrainState;
}

/** Health, readiness and metrics: a small application on a port of its own, the same in both roles. */
@Module({})
export class OpsModule {
  static register(options: OpsOptions): DynamicModule {
    const extraMetrics = { provide: EXTRA_METRICS, useValue: options.extraMetrics };
    return {
      module: OpsModule,
      imports: [{ ...prometheus(), providers: [...(prometheus().providers ?? []), extraMetrics] }],
      controllers: [HealthController],
      providers: [
        { provide: READINESS, useValue: options.readiness },
        { provide: DrainState, useValue: options.drainState },
      ],
    };
  }
}

/** The process's own metrics live in prom-client's one registry, so they may be registered only once per process. */
function prometheus(): DynamicModule {
  const registered = register.getSingleMetric('process_cpu_user_seconds_total') !== undefined;
  return PrometheusModule.register({
    controller: MetricsController,
    defaultMetrics: { enabled: !registered },
  });
}
