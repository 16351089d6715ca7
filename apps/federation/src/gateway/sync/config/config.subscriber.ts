import { Controller, type OnApplicationShutdown } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { SUBJECTS } from '#libs/contract';
import { ConfigApplier } from './config-applier.js';
import { ConfigPoller } from './config-poller.js';
import { SyncState } from './sync-state.js';

/** How long a delta may be on its way after its head, milliseconds, before it is fetched. */
const REORDER_MS = 300;

/** Takes in what comes over NATS. A message may be lost, repeated, late or forged: none of that matters here. */
@Controller()
export class ConfigSubscriber implements OnApplicationShutdown {
  private kick: NodeJS.Timeout | null = null;

  constructor(
    private readonly applier: ConfigApplier,
    private readonly poller: ConfigPoller,
    private readonly state: SyncState,
  ) {}

  @EventPattern(SUBJECTS.delta)
  async onDelta(@Payload() jws: unknown): Promise<void> {
    if (typeof jws !== 'string') return;
    if ((await this.applier.offerDelta(jws)) === 'gap') this.fetchSoon();
  }

  @EventPattern(SUBJECTS.head)
  async onHead(@Payload() jws: unknown): Promise<void> {
    if (typeof jws !== 'string') return;
    if ((await this.applier.offerHead(jws, 'nats')) === 'ahead') this.fetchSoon();
  }

  onApplicationShutdown(): void {
    if (this.kick !== null) clearTimeout(this.kick);
  }

  /** After a refusal the open poll already waits for whatever comes next. */
  private fetchSoon(): void {
    if (this.state.refused !== null) return;
    const before = this.applier.position;
    this.kick ??= setTimeout(() => {
      this.kick = null;
      if (this.applier.position === before) this.poller.kick();
    }, REORDER_MS);
  }
}
