import { MAX_HEAD_REVOCATIONS, type Revocation } from '#libs/contract';
import { CONFIG_HEAD_ID, ConfigHead, ConfigLog } from '#libs/registry';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Between, DataSource, type EntityManager } from 'typeorm';

interface RevocationRow {
  hash: string;
  until: Date | null;
}

/** Reads the head, the log and the revocations from the database. */
@Injectable()
export class ConfigReader {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  head(manager: EntityManager = this.dataSource.manager): Promise<ConfigHead> {
    return manager.findOneByOrFail(ConfigHead, { id: CONFIG_HEAD_ID });
  }

  /** Log rows of one epoch from one revision to another, both included, oldest first. */
  log(epoch: number, from: number, to: number): Promise<ConfigLog[]> {
    return this.dataSource.manager.find(ConfigLog, {
      where: { epoch, revision: Between(from, to) },
      order: { revision: 'ASC' },
    });
  }

  /** Revocations of tokens that have not expired, newest first. @param limit The most to read; null for all. */
  async revocations(
    limit: number | null = MAX_HEAD_REVOCATIONS,
    manager: EntityManager = this.dataSource.manager,
  ): Promise<Revocation[]> {
    const rows: RevocationRow[] = await manager.query(
      `SELECT hash, until FROM revoked_token WHERE until IS NULL OR until > now()
       ORDER BY revision DESC, hash LIMIT $1`,
      [limit],
    );
    return rows.map(({ hash, until }) => ({ hash, until: until?.toISOString() ?? null }));
  }
}
