import { Logger, Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { awaitDatabase } from './await-database.js';
import { registryDataSourceOptions } from './data-source.js';
import { prepareDatabase } from './prepare-database.js';

/** The connection to the control plane's database. Booting waits for the database for as long as it takes. */
@Module({})
export class DatabaseModule {
  static forRoot(databaseUrl: string): DynamicModule {
    const logger = new Logger(DatabaseModule.name);
    const options = registryDataSourceOptions(databaseUrl, (error) =>
      logger.warn(`A database connection broke: ${error.message}`),
    );
    const connect = TypeOrmModule.forRootAsync({
      useFactory: () => options,
      dataSourceFactory: (given) =>
        awaitDatabase(() => prepareDatabase(new DataSource(given as DataSourceOptions)), logger),
    });
    return { module: DatabaseModule, imports: [connect] };
  }
}
