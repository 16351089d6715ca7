import { AuditSpool } from '#libs/audit';
import { makeGaugeProvider } from '@willsoto/nestjs-prometheus';
import type { Gauge } from 'prom-client';

/** Gauges of the audit spool, for a module that knows it. */
export const SPOOL_GAUGES = [
  makeGaugeProvider({
    name: 'causeway_audit_spool_bytes',
    help: 'Bytes that the audit spool takes, its reserve included.',
    inject: [AuditSpool],
    collect(this: Gauge, spool: AuditSpool) {
      this.set(spool.usedBytes);
    },
  }),
  makeGaugeProvider({
    name: 'causeway_audit_lost',
    help: 'Audit parts that could not be kept, or are damaged or missing on disk.',
    inject: [AuditSpool],
    collect(this: Gauge, spool: AuditSpool) {
      this.set(spool.lost);
    },
  }),
];
