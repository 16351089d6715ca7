import { Module } from '@nestjs/common';
import { DatabaseReadiness } from './database-readiness.js';
import { IngestController } from './ingest.controller.js';
import { IngestService } from './ingest.service.js';
import { ReportedMetrics } from './reported-metrics.service.js';

/** What gateways deliver: audit parts and metrics. */
@Module({
  controllers: [IngestController],
  providers: [IngestService, ReportedMetrics, DatabaseReadiness],
  exports: [ReportedMetrics, DatabaseReadiness],
})
export class IngestModule {}
