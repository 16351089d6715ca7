import { Global, Logger, Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { RegistryChanges } from './changes/registry-changes.service.js';
import { RestoreWatch } from './config/restore-watch.service.js';
import { awaitDatabase } from './database/await-database.js';
import { registryDataSourceOptions } from './database/data-source.js';
import { prepareDatabase } from './database/prepare-database.js';
import { ROWS } from './rows.js';

/** The database of the control plane. A boot waits for the database for as long as it takes. */
@Global()
@Module({})
export class RegistryModule {
  static forRoot(databaseUrl: string): DynamicModule {
    const logger = new Logger(RegistryModule.name);
    const options = registryDataSourceOptions(databaseUrl, (error) =>
      logger.warn(`A database connection broke: ${error.message}`),
    );
    return {
      module: RegistryModule,
      imports: [
        TypeOrmModule.forRootAsync({
          useFactory: () => options,
          dataSourceFactory: (given) =>
            awaitDatabase(() => prepareDatabase(new DataSource(given as DataSourceOptions)), logger),
        }),
        TypeOrmModule.forFeature([...ROWS]),
      ],
      providers: [RegistryChanges, RestoreWatch],
      exports: [TypeOrmModule, RegistryChanges, RestoreWatch],
    };
  }
}
