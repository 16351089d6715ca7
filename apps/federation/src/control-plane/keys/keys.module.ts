import { RegistryChanges, RegistryModule } from '#libs/registry';
import { Module } from '@nestjs/common';
import { getDataSourceToken } from '@nestjs/typeorm';
import { CONTROL_SETTINGS, type ControlSettings } from '../../settings/settings.js';
import { LeaderElectionModule } from '../leader-election/leader-election.module.js';
import { DeploymentKeys } from './deployment-keys.service.js';
import { HopKeyRotation } from './hop-key-rotation.service.js';
import { MasterKey } from './master-key.js';
import { openDeployment } from './open-deployment.js';
import { SigningKeyRotation } from './signing-key-rotation.service.js';

/** The deployment's keys and their rotation. Whatever depends on them is made only after they have been decrypted. */
@Module({
  imports: [RegistryModule, LeaderElectionModule],
  providers: [
    {
      provide: MasterKey,
      useFactory: (settings: ControlSettings) => new MasterKey(settings.masterKey),
      inject: [CONTROL_SETTINGS],
    },
    {
      provide: DeploymentKeys,
      useFactory: openDeployment,
      inject: [getDataSourceToken(), RegistryChanges, MasterKey],
    },
    SigningKeyRotation,
    HopKeyRotation,
  ],
  exports: [DeploymentKeys, SigningKeyRotation, HopKeyRotation],
})
export class KeysModule {}
