import type { PrivateBundle } from '#libs/contract';
import { Get, Header } from '@nestjs/common';
import { Caller, type CallingReplica } from '../calling-replica.js';
import { ReplicaRoutes } from '../replica-routes.decorator.js';
import { BundleService } from './bundle.service.js';

@ReplicaRoutes('bundle')
export class BundleController {
  constructor(private readonly bundles: BundleService) {}

  /** The bundle of the caller's own gateway. There is no way to ask for that of another. */
  @Get()
  @Header('cache-control', 'no-store')
  bundle(@Caller() { gateway }: CallingReplica): Promise<PrivateBundle> {
    return this.bundles.bundleOf(gateway);
  }
}
