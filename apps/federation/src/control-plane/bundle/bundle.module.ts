import { RegistryModule } from '#libs/registry';
import { Module } from '@nestjs/common';
import { BundleController } from './bundle.controller.js';
import { BundleService } from './bundle.service.js';
import { HopKeyRotation } from './hop-key-rotation.service.js';

/** What only one gateway may know: its keys. */
@Module({
  imports: [RegistryModule],
  controllers: [BundleController],
  providers: [BundleService, HopKeyRotation],
  exports: [HopKeyRotation],
})
export class BundleModule {}
