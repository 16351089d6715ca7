import { RegistryModule } from '#libs/registry';
import { Module } from '@nestjs/common';
import { KeysModule } from '../keys/keys.module.js';
import { LeaderElectionModule } from '../leader-election/leader-election.module.js';
import { ConfigFeed } from './config-feed.service.js';
import { ConfigReader } from './config-reader.service.js';
import { ConfigSigner } from './config-signer.service.js';
import { DeltaLog } from './delta-log.service.js';
import { HeadSigner } from './head-signer.service.js';
import { NatsLink } from './nats-link.service.js';
import { Publisher } from './publisher.service.js';

/** Follows the newest revision of the configuration, signs it, and publishes it over NATS. */
@Module({
  imports: [RegistryModule, KeysModule, LeaderElectionModule],
  providers: [ConfigFeed, ConfigReader, ConfigSigner, DeltaLog, HeadSigner, NatsLink, Publisher],
  exports: [ConfigFeed, ConfigReader, ConfigSigner, DeltaLog, HeadSigner],
})
export class ConfigFeedModule {}
