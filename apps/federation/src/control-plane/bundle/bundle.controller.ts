import type { PrivateBundle } from '#libs/contract';
import { Controller, Get, Header, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Caller, type CallingReplica } from '../enrolment/calling-replica.js';
import { ReplicaGuard } from '../enrolment/replica.guard.js';
import { BundleService } from './bundle.service.js';

@ApiExcludeController()
@Controller('internal/v1/bundle')
@UseGuards(ReplicaGuard)
export class BundleController {
  constructor(private readonly bundles: BundleService) {}

  /** The bundle of the caller's own gateway; there is no way to ask for another's. */
  @Get()
  @Header('cache-control', 'no-store')
  bundle(@Caller() { gateway }: CallingReplica): Promise<PrivateBundle> {
    return this.bundles.bundleOf(gateway);
  }
}
