import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { AuditBatchRefused, type AuditTransport } from '../audit-transport.js';
import type { BootCursor } from './boot-cursor.js';
import type { ReadPart } from './segment-reader.js';

const MAX_RECORDS = 500;

/**
 * Sends one batch of one boot. A batch that the control plane refuses for its content is halved until the offending part
 * is alone; that one is set aside in `refused.log`, so that it does not stop the others and is not lost.
 */
export class BatchSender {
  private readonly logger = new Logger('AuditDelivery');
  private maxRecords = MAX_RECORDS;

  constructor(
    private readonly transport: AuditTransport,
    private readonly directory: string,
  ) {}

  /**
   * @returns `none` when the boot holds nothing more now, else whether the batch took as many parts as it may.
   * @throws Error when the control plane could not take the batch now, or of the file system.
   */
  async sendNext(cursor: BootCursor): Promise<'none' | 'partial' | 'full'> {
    const limit = this.maxRecords;
    const parts = await cursor.next(limit);
    if (parts.length === 0) return 'none';
    try {
      await this.send(cursor, parts);
      this.maxRecords = Math.min(this.maxRecords * 2, MAX_RECORDS);
    } catch (error) {
      if (!(error instanceof AuditBatchRefused)) throw error;
      this.narrow(cursor, parts, error);
    }
    return parts.length < limit ? 'partial' : 'full';
  }

  private async send(cursor: BootCursor, parts: ReadPart[]): Promise<void> {
    const { boot } = cursor.source;
    const receipt = await this.transport.deliver({ boot, records: parts.map((part) => part.record) });
    const stored = parts.findLast((part) => part.record.seq <= receipt.seq);
    if (receipt.boot !== boot || stored === undefined) {
      throw new Error(`The receipt for boot ${boot} does not cover what was sent`);
    }
    cursor.commit(stored);
  }

  private narrow(cursor: BootCursor, parts: ReadPart[], refusal: AuditBatchRefused): void {
    const [first] = parts;
    if (parts.length > 1 || first === undefined) {
      this.maxRecords = Math.ceil(parts.length / 2);
      return;
    }
    this.logger.error(`Part ${cursor.source.boot}/${first.record.seq} was refused: ${refusal.message}`);
    appendFileSync(join(this.directory, 'refused.log'), `${JSON.stringify(first.record)}\n`, { mode: 0o600 });
    cursor.commit(first);
  }
}
