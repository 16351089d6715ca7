import { Controller, Get, Inject, Logger, ServiceUnavailableException } from '@nestjs/common';
import { DrainState } from './drain-state.js';
import { READINESS } from './ops.tokens.js';
import type { Readiness, ReadinessReport } from './readiness.js';

@Controller()
export class HealthController {
  private readonly logger = new Logger('Ops');

  constructor(
    @Inject(READINESS) private readonly readiness: Readiness,
    private readonly drainState: DrainState,
  ) {}

  /** Alive: the event loop answers. Says nothing about what the process depends on, since a restart would not mend that. */
  @Get('healthz')
  healthy(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('readyz')
  async ready(): Promise<ReadinessReport> {
    const report = await this.report();
    if (!report.ready) throw new ServiceUnavailableException(report);
    return report;
  }

  private async report(): Promise<ReadinessReport> {
    if (this.drainState.draining) return { ready: false, reasons: ['draining'] };
    try {
      return await this.readiness.check();
    } catch (error) {
      this.logger.warn(`Readiness check failed: ${String(error)}`);
      return { ready: false, reasons: ['the readiness check failed'] };
    }
  }
}
