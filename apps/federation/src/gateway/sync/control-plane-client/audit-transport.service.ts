import { AuditBatchRefused, type AuditTransport, type OutgoingBatch } from '#libs/audit';
import { AUDIT_RECEIPT, type AuditReceipt } from '#libs/contract';
import { Injectable } from '@nestjs/common';
import { ControlPlaneClient } from './control-plane-client.service.js';
import { ControlPlaneRefusal } from './control-plane-refusal.error.js';

/** Statuses that reject the content of a batch; any other failure may pass. */
const CONTENT = new Set([400, 413, 422]);

/** Delivers audit parts to the control plane. */
@Injectable()
export class ControlPlaneAuditTransport implements AuditTransport {
  constructor(private readonly client: ControlPlaneClient) {}

  async deliver(batch: OutgoingBatch): Promise<AuditReceipt> {
    try {
      return AUDIT_RECEIPT.parse(
        await this.client.postJson('/internal/v1/audit', batch.body()),
        'the receipt',
      );
    } catch (error) {
      if (error instanceof ControlPlaneRefusal && CONTENT.has(error.status)) {
        throw new AuditBatchRefused(error.detail, { cause: error });
      }
      throw error;
    }
  }
}
