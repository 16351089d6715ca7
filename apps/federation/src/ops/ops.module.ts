import { Module, type DynamicModule } from '@nestjs/common';
import { collectDefaultMetrics, register } from 'prom-client';
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
    collectProcessMetrics();
    return {
      module: OpsModule,
      controllers: [HealthController, MetricsController],
      providers: [
        { provide: READINESS, useValue: options.readiness },
        { provide: EXTRA_METRICS, useValue: options.extraMetrics },
        { provide: DrainState, useValue: options.drainState },
      ],
    };
  }
}

/** The process's own metrics are in prom-client's one registry, so they can be registered only once for each process. */
function collectProcessMetrics(): void {
  if (register.getSingleMetric('process_cpu_user_seconds_total') === undefined) collectDefaultMetrics();
}
