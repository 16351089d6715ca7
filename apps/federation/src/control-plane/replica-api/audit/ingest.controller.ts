import type { AuditReceipt } from '#libs/contract';
import { HttpCode, Post } from '@nestjs/common';
import { Caller, Reported, type CallingReplica } from '../calling-replica.js';
import { ReplicaRoutes } from '../replica-routes.decorator.js';
import { readBatch } from './read-batch.js';
import { IngestService } from './ingest.service.js';

@ReplicaRoutes('audit')
export class IngestController {
  constructor(private readonly ingest: IngestService) {}

  /** Stores a batch of the calling replica; the answer is the receipt. Whatever is refused changes nothing. */
  @Post()
  @HttpCode(200)
  deliver(@Reported() body: unknown, @Caller() caller: CallingReplica): Promise<AuditReceipt> {
    return this.ingest.store(caller.id, readBatch(body, caller.gateway));
  }
}
