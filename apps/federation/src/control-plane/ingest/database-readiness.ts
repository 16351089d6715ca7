import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Readiness, ReadinessReport } from '../../ops/readiness.js';

const TIMEOUT_MS = 2000;

/** A control plane is ready when its database answers and the schema is there. */
@Injectable()
export class DatabaseReadiness implements Readiness {
  constructor(private readonly dataSource: DataSource) {}

  async check(): Promise<ReadinessReport> {
    try {
      await Promise.race([this.dataSource.query('SELECT revision FROM config_head'), expired()]);
      return { ready: true, reasons: [] };
    } catch {
      return { ready: false, reasons: ['the database does not answer'] };
    }
  }
}

function expired(): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error('The database does not answer')), TIMEOUT_MS).unref();
  });
}
