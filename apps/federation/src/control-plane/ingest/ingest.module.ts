import { RegistryModule } from '#libs/registry';
import { Module } from '@nestjs/common';
import { IngestController } from './ingest.controller.js';
import { IngestService } from './ingest.service.js';

/** What gateways deliver: audit parts. */
@Module({
  imports: [RegistryModule],
  controllers: [IngestController],
  providers: [IngestService],
})
export class IngestModule {}
