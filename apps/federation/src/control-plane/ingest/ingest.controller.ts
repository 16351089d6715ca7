import type { AuditBatch, AuditReceipt } from '#libs/contract';
import { Body, HttpCode, Post } from '@nestjs/common';
import { Caller, type CallingReplica } from '../replica-api/calling-replica.js';
import { ReplicaRoutes } from '../replica-api/replica-routes.decorator.js';
import { ProblemError } from '../problem/problem.error.js';
import { batchFaults } from './batch-validation.js';
import { IngestService } from './ingest.service.js';

@ReplicaRoutes('audit')
export class IngestController {
  constructor(private readonly ingest: IngestService) {}

  /** Stores a batch of the calling replica; the answer is the receipt. Whatever is refused changes nothing. */
  @Post()
  @HttpCode(200)
  deliver(@Body() body: unknown, @Caller() caller: CallingReplica): Promise<AuditReceipt> {
    const errors = batchFaults(body, caller.gateway);
    if (errors.length > 0) {
      throw new ProblemError('validation', `Not acceptable: ${errors.map((e) => e.field).join(', ')}`, {
        errors,
      });
    }
    return this.ingest.store(caller.id, body as AuditBatch);
  }
}
