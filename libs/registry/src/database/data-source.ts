import type { DataSourceOptions } from 'typeorm';
import { MIGRATIONS } from '../../../../migrations/index.js';
import { TABLES } from '../tables/tables.js';

/** Milliseconds after which a database that does not answer counts as away. */
const CONNECT_TIMEOUT_MS = 2000;

/**
 * Options of the registry's data source. The schema comes from migrations alone.
 * @param onPoolError Told when an idle connection breaks; without a listener that would end the process.
 */
export function registryDataSourceOptions(
  url: string,
  onPoolError: (error: Error) => void,
): DataSourceOptions & { type: 'postgres' } {
  return {
    type: 'postgres',
    url,
    entities: [...TABLES],
    migrations: [...MIGRATIONS],
    migrationsTableName: 'schema_migration',
    synchronize: false,
    installExtensions: false,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    poolErrorHandler: onPoolError,
    extra: { max: 20, keepAlive: true, application_name: 'causeway-control-plane' },
  };
}
