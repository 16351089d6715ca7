import { EMPTY_DIGEST } from '#libs/contract';
import { DataSource } from 'typeorm';
import { CONFIG_HEAD_ID, ConfigHead } from '../tables/config-head.entity.js';

/** Key of the advisory lock that lets one of several booting control planes migrate. */
const MIGRATION_LOCK = 4_027_001;

/** Opens the data source and brings the schema up to date. Several processes may do so at once. */
export async function prepareDatabase(dataSource: DataSource): Promise<DataSource> {
  await dataSource.initialize();
  try {
    await migrate(dataSource);
    return dataSource;
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
}

async function migrate(dataSource: DataSource): Promise<void> {
  const holder = dataSource.createQueryRunner();
  try {
    await holder.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await dataSource.runMigrations({ transaction: 'all' });
    await writeFirstHead(dataSource);
  } finally {
    await holder.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => undefined);
    await holder.release();
  }
}

async function writeFirstHead(dataSource: DataSource): Promise<void> {
  const head: ConfigHead = {
    id: CONFIG_HEAD_ID,
    epoch: 1,
    revision: 0,
    digest: EMPTY_DIGEST,
    hopGeneration: 1,
    restoreSuspected: null,
    updatedAt: new Date(),
  };
  await dataSource.createQueryBuilder().insert().into(ConfigHead).values(head).orIgnore().execute();
}
