import { Module } from '@nestjs/common';
import { BundleModule } from './bundle/bundle.module.js';
import { ConfigFeedModule } from './config-feed/config-feed.module.js';
import { EnrolmentModule } from './enrolment/enrolment.module.js';
import { FleetModule } from './fleet/fleet.module.js';
import { PublisherModule } from './publisher/publisher.module.js';
import { SigningModule } from './signing/signing.module.js';

/** The control plane's side of enrolment and of the gateways' configuration. */
@Module({
  imports: [SigningModule, EnrolmentModule, ConfigFeedModule, PublisherModule, BundleModule, FleetModule],
})
export class SyncModule {}
