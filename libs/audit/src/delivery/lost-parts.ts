import { Logger } from '@nestjs/common';
import type { AuditSpool } from '../spool/audit-spool.js';
import { sizeOf, type SeqRange } from './seq-range.js';

/** Counts parts that are missing from the files of a boot, and says which. @param path Where they should be. */
export function reportLoss(spool: AuditSpool, boot: string, range: SeqRange, path: string): void {
  spool.lose(sizeOf(range));
  new Logger('AuditDelivery').error(
    `Audit parts ${range.from} to ${range.to} of boot ${boot} are lost: they are damaged or missing in ${path}`,
  );
}
