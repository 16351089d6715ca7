import { DatabaseModule } from '#libs/registry';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { CONTROL_SETTINGS, type ControlSettings } from '../settings/settings.js';
import { AdminAuthModule } from './admin-api/auth/admin-auth.module.js';
import { AdminApiModule } from './admin-api/admin-api.module.js';
import { IngestModule } from './ingest/ingest.module.js';
import { ProblemFilter } from './problem/problem.filter.js';
import { InputValidation } from './problem/validation.pipe.js';
import { SyncModule } from './sync.module.js';

/** The control plane: registry, admin API, publication of the configuration, and what gateways report. */
@Global()
@Module({})
export class ControlPlaneModule {
  static register(settings: ControlSettings): DynamicModule {
    return {
      module: ControlPlaneModule,
      imports: [
        DatabaseModule.forRoot(settings.databaseUrl),
        AdminAuthModule,
        SyncModule,
        IngestModule,
        AdminApiModule,
      ],
      providers: [
        { provide: CONTROL_SETTINGS, useValue: settings },
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_PIPE, useClass: InputValidation },
      ],
      exports: [CONTROL_SETTINGS],
    };
  }
}
