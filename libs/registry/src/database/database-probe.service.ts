import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { DatabaseAwayError } from './database-away.js';

const TIMEOUT_MS = 1500;

/**
 * Asks whether the database answers. A frozen database neither answers nor closes its connections: without the probe
 * every request would hang and hold a connection while it does.
 */
@Injectable()
export class DatabaseProbe {
  private asked: Promise<unknown> | null = null;

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * Concurrent callers share one question.
   * @throws DatabaseAwayError if there is no answer in time, or the driver's error if the connection fails.
   */
  async assertAnswers(): Promise<void> {
    this.asked ??= this.dataSource
      .query('SELECT revision FROM config_head')
      .finally(() => (this.asked = null));
    let timer: NodeJS.Timeout | undefined;
    const expired = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new DatabaseAwayError()), TIMEOUT_MS);
    });
    await Promise.race([this.asked, expired]).finally(() => clearTimeout(timer));
  }
}
