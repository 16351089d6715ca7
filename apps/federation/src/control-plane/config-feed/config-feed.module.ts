import { RegistryModule } from '#libs/registry';
import { Global, Module } from '@nestjs/common';
import { ConfigFeedController } from './config-feed.controller.js';
import { ConfigFeed } from './config-feed.service.js';
import { ConfigPolls } from './config-polls.service.js';
import { ConfigReader } from './config-reader.service.js';
import { DeltaLog } from './delta-log.service.js';
import { HeadSigner } from './head-signer.service.js';
import { LongPolls } from './long-polls.service.js';
import { SnapshotStream } from './snapshot-stream.service.js';

/** What the newest revision is, for this process and for gateways over HTTP. */
@Global()
@Module({
  imports: [RegistryModule],
  controllers: [ConfigFeedController],
  providers: [ConfigFeed, ConfigPolls, ConfigReader, DeltaLog, HeadSigner, LongPolls, SnapshotStream],
  exports: [ConfigFeed, DeltaLog, HeadSigner, LongPolls],
})
export class ConfigFeedModule {}
