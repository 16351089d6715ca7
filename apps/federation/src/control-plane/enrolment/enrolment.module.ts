import { RegistryModule } from '#libs/registry';
import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { EnrolmentController } from './enrolment.controller.js';
import { EnrolmentService } from './enrolment.service.js';
import { ReplicaGuard } from './replica.guard.js';
import { ReplicaKeys } from './replica-keys.service.js';

/** Who may use the routes of replicas. */
@Global()
@Module({
  imports: [RegistryModule],
  controllers: [EnrolmentController],
  providers: [EnrolmentService, ReplicaKeys, ReplicaGuard, { provide: APP_GUARD, useExisting: ReplicaGuard }],
  exports: [ReplicaGuard, ReplicaKeys],
})
export class EnrolmentModule {}
