import { RegistryModule } from '#libs/registry';
import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { RefusedCredentialsModule } from '../../admission/refused-credentials.js';
import { AdminAuthenticator } from './admin-authenticator.service.js';
import { AdminGuard } from './admin.guard.js';
import { BootstrapToken } from './bootstrap-token.service.js';
import { RefusedActions } from './refused-actions.service.js';

/** Authentication and roles of the admin API. */
@Module({
  imports: [RegistryModule, RefusedCredentialsModule],
  providers: [
    BootstrapToken,
    AdminAuthenticator,
    RefusedActions,
    { provide: APP_GUARD, useClass: AdminGuard },
  ],
  exports: [AdminAuthenticator],
})
export class AdminAuthModule {}
