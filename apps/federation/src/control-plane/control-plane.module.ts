import { DatabaseModule, RegistryModule } from '#libs/registry';
import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { ScheduleModule } from '@nestjs/schedule';
import type { ControlSettings } from '../settings/settings.js';
import { AdminAuthModule } from './admin-api/auth/admin-auth.module.js';
import { AdminApiModule } from './admin-api/admin-api.module.js';
import { Admission } from './admission/admission.service.js';
import { ControlSettingsModule } from './control-settings.module.js';
import { ReplicaApiModule } from './replica-api/replica-api.module.js';
import { ProblemFilter } from './problem/problem.filter.js';
import { InputValidation } from './problem/validation.pipe.js';

/** The control plane: registry, admin API, publication of the configuration, and what gateways report. */
@Module({})
export class ControlPlaneModule {
  static register(settings: ControlSettings): DynamicModule {
    return {
      module: ControlPlaneModule,
      imports: [
        ScheduleModule.forRoot(),
        ControlSettingsModule.with(settings),
        DatabaseModule.forRoot(settings.databaseUrl),
        RegistryModule,
        AdminAuthModule,
        AdminApiModule,
        ReplicaApiModule,
      ],
      providers: [
        Admission,
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_PIPE, useClass: InputValidation },
      ],
    };
  }
}
