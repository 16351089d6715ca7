import { SUBJECTS } from '#libs/contract';
import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { ConfigApplier } from './config-applier.service.js';
import { ConfigPoller } from './config-poller.service.js';

/** Takes in what comes over NATS. Messages may be lost, repeated, late or forged: the applier copes with all of it. */
@Controller()
export class ConfigSubscriber {
  constructor(
    private readonly applier: ConfigApplier,
    private readonly poller: ConfigPoller,
  ) {}

  @EventPattern(SUBJECTS.delta)
  async onDelta(@Payload() jws: unknown): Promise<void> {
    if (typeof jws !== 'string') return;
    if ((await this.applier.offerDelta(jws)) === 'gap') this.poller.fetchSoon();
  }

  @EventPattern(SUBJECTS.head)
  async onHead(@Payload() jws: unknown): Promise<void> {
    if (typeof jws !== 'string') return;
    if ((await this.applier.offerHead(jws, 'nats')) === 'ahead') this.poller.fetchSoon();
  }
}
