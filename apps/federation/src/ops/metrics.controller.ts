import { Controller, Get, Header, Inject, Logger } from '@nestjs/common';
import { register } from 'prom-client';
import { EXTRA_METRICS } from './ops.tokens.js';
import type { ExtraMetrics } from './readiness.js';

@Controller('metrics')
export class MetricsController {
  private readonly logger = new Logger('Ops');

  constructor(@Inject(EXTRA_METRICS) private readonly extra: ExtraMetrics) {}

  @Get()
  @Header('content-type', register.contentType)
  async all(): Promise<string> {
    return (await register.metrics()) + (await this.extraText());
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
