import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { ConfigFeed } from '../config-feed/config-feed.service.js';
import { ReplicaKeys } from './replica-keys.service.js';

/** Empties the cache of replicas as soon as a gateway may have been deleted, or a replica of it evicted. */
@Injectable()
export class RemovedReplicas implements OnModuleInit, OnModuleDestroy {
  private unsubscribe: () => void = () => undefined;

  constructor(
    private readonly feed: ConfigFeed,
    private readonly replicas: ReplicaKeys,
  ) {}

  onModuleInit(): void {
    this.unsubscribe = this.feed.onStep(({ deltas }) => {
      if (deltas.length === 0 || deltas.some(({ kinds }) => kinds.has('gateway'))) this.replicas.forgetAll();
    });
  }

  onModuleDestroy(): void {
    this.unsubscribe();
  }
}
