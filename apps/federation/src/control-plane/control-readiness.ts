import { CONFIG_HEAD_ID, ConfigHeadRow } from '#libs/registry';
import type { DataSource } from 'typeorm';
import type { Readiness, ReadinessReport } from '../ops/readiness.js';

/** A control plane is ready when its database answers and has its schema. */
export class ControlReadiness implements Readiness {
  private dataSource: DataSource | null = null;

  /** Told when the database has been opened. */
  opened(dataSource: DataSource): void {
    this.dataSource = dataSource;
  }

  async check(): Promise<ReadinessReport> {
    if (this.dataSource === null) return { ready: false, reasons: ['the database has not been opened yet'] };
    try {
      await this.dataSource.manager.findOneByOrFail(ConfigHeadRow, { id: CONFIG_HEAD_ID });
      return { ready: true, reasons: [] };
    } catch (error) {
      return { ready: false, reasons: [`the database does not answer: ${(error as Error).message}`] };
    }
  }
}
