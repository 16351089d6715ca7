import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { withChecksum } from '#libs/storage';
import { AuditBatchRefused, type AuditTransport } from '../audit-transport.js';
import type { Batch } from './batch.js';
import type { BootCursor } from './boot-cursor.js';

const MAX_RECORDS = 500;

/**
 * Sends one batch of one boot. When the control plane refuses a batch for its content, it is halved until the offending part
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
   * @returns `none` when there was nothing to send, `full` when there is more, `partial` when that was all for now.
   * @throws Error when the control plane could not take the batch now, or of the file system.
   */
  async sendNext(cursor: BootCursor): Promise<'none' | 'partial' | 'full'> {
    const batch = await cursor.next(this.maxRecords);
    if (batch === null) return 'none';
    try {
      await this.send(cursor, batch);
      this.maxRecords = Math.min(this.maxRecords * 2, MAX_RECORDS);
    } catch (error) {
      if (!(error instanceof AuditBatchRefused)) throw error;
      this.narrow(cursor, batch, error);
      return 'full';
    }
    return batch.hasMore ? 'full' : 'partial';
  }

  private async send(cursor: BootCursor, batch: Batch): Promise<void> {
    const receipt = await this.transport.deliver(batch);
    const stored = batch.lines.findLast((line) => line.seq <= receipt.seq);
    if (receipt.boot !== batch.boot || stored === undefined) {
      throw new Error(`The receipt for boot ${batch.boot} does not cover what was sent`);
    }
    cursor.commit(batch, stored);
  }

  private narrow(cursor: BootCursor, batch: Batch, refusal: AuditBatchRefused): void {
    const [first] = batch.lines;
    if (batch.lines.length > 1 || first === undefined) {
      this.maxRecords = Math.ceil(batch.size / 2);
      return;
    }
    this.logger.error(`Part ${batch.boot}/${first.seq} was refused: ${refusal.message}`);
    appendFileSync(join(this.directory, 'refused.log'), `${withChecksum(batch.textOf(first))}\n`, {
      mode: 0o600,
    });
    cursor.commit(batch, first);
  }
}
