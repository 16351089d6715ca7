import type { AuditReceipt } from '#libs/contract';

/** Audit parts of one boot, ready to be sent. */
export interface OutgoingBatch {
  readonly boot: string;
  /** JSON of an `AuditBatch`. */
  body(): Buffer;
}

/** The way to the control plane: one authenticated `POST /internal/v1/audit`. */
export interface AuditTransport {
  /**
   * @throws AuditBatchRefused when the control plane will never take this batch (a 4xx that concerns its content).
   * @throws Error of any other kind when it could not be reached or is not able now; the batch is sent again.
   */
  deliver(batch: OutgoingBatch): Promise<AuditReceipt>;
}

/** Injection token of the {@link AuditTransport}. */
export const AUDIT_TRANSPORT = Symbol('AuditTransport');

/** The control plane refused a batch for its content. `message` is the reason as it was given. */
export class AuditBatchRefused extends Error {}
