import { RegistryModule } from '#libs/registry';
import { Module } from '@nestjs/common';
import { IngestController } from './ingest.controller.js';
import { IngestService } from './ingest.service.js';
import { ReportedMetrics } from './reported-metrics.service.js';

/** What gateways deliver: audit parts and metrics. */
@Module({
  imports: [RegistryModule],
  controllers: [IngestController],
  providers: [IngestService, ReportedMetrics],
  exports: [ReportedMetrics],
})
export class IngestModule {}
