import { RegistryModule } from '#libs/registry';
import { Global, Module } from '@nestjs/common';
import { Leadership } from './leadership.service.js';
import { NatsLink } from './nats-link.service.js';
import { Publisher } from './publisher.service.js';

/** The fast way of changes to the gateways. */
@Global()
@Module({ imports: [RegistryModule], providers: [Leadership, NatsLink, Publisher], exports: [Leadership] })
export class PublisherModule {}
