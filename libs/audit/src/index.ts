export { AUDIT_OPTIONS, type AuditOptions } from './audit-options.js';
export { AUDIT_SINK, type AuditIntent, type AuditSink } from './audit-sink.js';
export {
  AUDIT_TRANSPORT,
  AuditBatchRefused,
  type AuditTransport,
  type OutgoingBatch,
} from './audit-transport.js';
export { AuditModule } from './audit.module.js';
export { AuditDelivery } from './delivery/audit-delivery.js';
export { AuditSpool } from './spool/audit-spool.js';
export type { AuditHop, McpAuditRecord, RefusalsAuditRecord } from './record/audit-record.js';
export { auditRecordOf, mergeParts, refusalCount } from './record/merge-parts.js';
