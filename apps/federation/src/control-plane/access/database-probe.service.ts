import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { ProblemFault } from '../problem/problem.fault.js';

const TIMEOUT_MS = 1500;

/**
 * Asks the database for a sign of life. One that is frozen neither answers nor breaks its connections; without the
 * probe every request would hang, and hold a connection while it does.
 */
@Injectable()
export class DatabaseProbe {
  private asked: Promise<unknown> | null = null;

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Waiting requests share one question. @throws ProblemFault `database-away`. */
  async assertAnswers(): Promise<void> {
    this.asked ??= this.dataSource.query('SELECT 1').finally(() => (this.asked = null));
    let timer: NodeJS.Timeout | undefined;
    const expired = new Promise<never>((_, reject) => {
      const fault = new ProblemFault(
        'database-away',
        'The database does not answer',
        {},
        { 'retry-after': '2' },
      );
      timer = setTimeout(() => reject(fault), TIMEOUT_MS);
    });
    await Promise.race([this.asked, expired]).finally(() => clearTimeout(timer));
  }
}
