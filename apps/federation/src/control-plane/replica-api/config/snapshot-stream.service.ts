import { MAX_HEAD_REVOCATIONS, type ConfigItem, type SnapshotPreamble } from '#libs/contract';
import { ConfigEntity } from '#libs/registry';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Semaphore } from 'async-mutex';
import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import { ConfigSigner } from '../../config-feed/config-signer.service.js';
import { ConfigReader } from '../../config-feed/config-reader.service.js';

/** Full loads at a time. Each holds a connection of the pool, and other work needs some too. */
const MAX_PARALLEL = 4;
const ROWS_PER_FETCH = 1000;

/** Streams the whole configuration, as it is at one moment, as NDJSON. */
@Injectable()
export class SnapshotStream {
  private readonly slots = new Semaphore(MAX_PARALLEL);

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly reader: ConfigReader,
    private readonly signer: ConfigSigner,
  ) {}

  /** The preamble, then every item, in chunks of many lines. It may be stopped early. */
  async *chunks(): AsyncGenerator<string> {
    const [, release] = await this.slots.acquire();
    const runner = this.dataSource.createQueryRunner();
    try {
      await runner.startTransaction('REPEATABLE READ');
      // A client that stops reading must not hold the connection forever.
      await runner.query(`SET LOCAL idle_in_transaction_session_timeout = '30s'`);
      await runner.query('SET TRANSACTION READ ONLY');
      yield `${JSON.stringify(await this.preamble(runner.manager))}\n`;
      yield* entityChunks(runner);
    } finally {
      await giveBack(runner);
      release();
    }
  }

  private async preamble(manager: EntityManager): Promise<SnapshotPreamble> {
    const { epoch, revision, digest } = await this.reader.head(manager);
    const time = new Date().toISOString();
    const tombstones = await this.reader.revocations(null, manager);
    const revoked = tombstones.slice(0, MAX_HEAD_REVOCATIONS);
    const head = await this.signer.signHead({ epoch, revision, digest, time, revoked });
    return { head, tombstones, entities: await manager.count(ConfigEntity) };
  }
}

async function* entityChunks(runner: QueryRunner): AsyncGenerator<string> {
  await runner.query(
    'DECLARE entities NO SCROLL CURSOR FOR SELECT kind, key, body FROM config_entity ORDER BY kind, key',
  );
  for (;;) {
    const rows = (await runner.query(`FETCH ${ROWS_PER_FETCH} FROM entities`)) as ConfigItem[];
    if (rows.length === 0) return;
    yield rows.map(({ kind, key, body }) => `${JSON.stringify({ kind, key, body })}\n`).join('');
  }
}

/** Nothing was written, so a failed rollback does no harm. The pool drops a broken connection itself. */
async function giveBack(runner: QueryRunner): Promise<void> {
  if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
  await runner.release();
}
