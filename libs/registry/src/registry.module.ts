import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { RegistryChanges } from './changes/registry-changes.service.js';
import { RestoreWatch } from './changes/restore-watch.service.js';
import { DatabaseProbe } from './database/database-probe.service.js';
import { TABLES } from './tables/tables.js';

/** The registry: its tables, and the only service that changes them. Needs {@link DatabaseModule} at the root. */
@Module({
  imports: [TypeOrmModule.forFeature([...TABLES])],
  providers: [RegistryChanges, RestoreWatch, DatabaseProbe],
  exports: [TypeOrmModule, RegistryChanges, RestoreWatch, DatabaseProbe],
})
export class RegistryModule {}
