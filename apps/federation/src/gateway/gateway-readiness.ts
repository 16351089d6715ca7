import type { AuditSpool } from '#libs/audit';
import type { Readiness, ReadinessReport } from '../ops/readiness.js';
import type { SyncStatus } from './sync/sync-status.service.js';

/** Says whether this replica can serve: its configuration is there, and its audit spool takes records. */
export class GatewayReadiness implements Readiness {
  constructor(
    private readonly sync: SyncStatus,
    private readonly spool: AuditSpool,
  ) {}

  check(): ReadinessReport {
    const { reasons } = this.sync.check();
    if (this.spool.isRefusing) reasons.push('audit_unavailable: the audit spool takes no records');
    return { ready: reasons.length === 0, reasons };
  }
}
