import { Controller, Get, Inject, Logger, Res } from '@nestjs/common';
import { PrometheusController } from '@willsoto/nestjs-prometheus';
import { EXTRA_METRICS } from './ops.tokens.js';
import type { ExtraMetrics } from './readiness.js';

@Controller()
export class MetricsController extends PrometheusController {
  private readonly logger = new Logger('Ops');

  constructor(@Inject(EXTRA_METRICS) private readonly extra: ExtraMetrics) {
    super();
  }

  @Get()
  override async index(@Res({ passthrough: true }) response: unknown): Promise<string> {
    const own = await super.index(response);
    return own + (await this.extraText());
  }

  /** The process's own metrics must not be lost because the others cannot be had. */
  private async extraText(): Promise<string> {
    try {
      return await this.extra();
    } catch (error) {
      this.logger.warn(`Reported metrics are not available: ${String(error)}`);
      return '';
    }
  }
}
