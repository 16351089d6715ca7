import { RegistryChanges, RegistryModule } from '#libs/registry';
import { Global, Module } from '@nestjs/common';
import { getDataSourceToken } from '@nestjs/typeorm';
import { CONTROL_SETTINGS, type ControlSettings } from '../../settings/settings.js';
import { ConfigSigner } from './config-signer.service.js';
import { DeploymentKeys } from './deployment-keys.service.js';
import { MasterKey } from './master-key.js';
import { openDeployment } from './open-deployment.js';
import { SigningKeyRotation } from './signing-key-rotation.service.js';

/** Keys and signatures of the control plane. Nothing that depends on them exists before they are open. */
@Global()
@Module({
  imports: [RegistryModule],
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
    ConfigSigner,
    SigningKeyRotation,
  ],
  exports: [DeploymentKeys, ConfigSigner, SigningKeyRotation],
})
export class SigningModule {}
