import { Module, type DynamicModule, type ModuleMetadata } from '@nestjs/common';
import { AUDIT_SINK } from './audit-sink.js';
import { AuditDelivery } from './delivery/audit-delivery.js';
import { AUDIT_OPTIONS, type AuditOptions } from './audit-options.js';
import { AuditSpool } from './spool/audit-spool.js';

/** The audit of a gateway: spool and delivery. One of `imports` must export AUDIT_TRANSPORT. */
@Module({})
export class AuditModule {
  static register(
    options: AuditOptions & { imports: NonNullable<ModuleMetadata['imports']> },
  ): DynamicModule {
    const { imports, ...spool } = options;
    return {
      module: AuditModule,
      imports,
      providers: [
        { provide: AUDIT_OPTIONS, useValue: spool },
        AuditSpool,
        AuditDelivery,
        { provide: AUDIT_SINK, useExisting: AuditSpool },
      ],
      exports: [AUDIT_SINK, AuditSpool, AuditDelivery],
    };
  }
}
