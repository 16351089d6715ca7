import { compareRevisions, type Version } from '#libs/contract';
import { Gateway, Replica } from '#libs/registry';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { setTimeout as sleep } from 'node:timers/promises';
import { Repository } from 'typeorm';
import { replicaState } from '../../fleet/replica-state.js';
import { wasSeen } from '../fleet/gateway-state.js';
import type { ReceiptView } from './receipt.view.js';

const POLL_MS = 50;

/** Reports which gateways already serve a change. */
@Injectable()
export class ChangeReceipts {
  constructor(
    @InjectRepository(Gateway) private readonly gateways: Repository<Gateway>,
    @InjectRepository(Replica) private readonly replicas: Repository<Replica>,
  ) {}

  /** Waits at most `waitMs` until every gateway that was ever seen serves the change. Only live replicas count. */
  async follow(change: Version, waitMs: number): Promise<ReceiptView> {
    const deadline = Date.now() + waitMs;
    let receipt = await this.receipt(change);
    while (receipt.pending.length > 0 && Date.now() < deadline) {
      await sleep(Math.min(POLL_MS, Math.max(1, deadline - Date.now())));
      receipt = await this.receipt(change);
    }
    return receipt;
  }

  private async receipt(change: Version): Promise<ReceiptView> {
    const gateways = await this.gateways.find({
      select: { name: true, evictedAt: true },
      order: { name: 'ASC' },
    });
    const replicas = await this.replicas.find({
      select: { id: true, gateway: true, epoch: true, revision: true, lastSeenAt: true },
    });
    const byGateway = Map.groupBy(replicas, (replica) => replica.gateway);
    const groups = Object.groupBy(gateways, (gateway) =>
      progress(gateway, byGateway.get(gateway.name) ?? [], change),
    );
    const names = (group: Progress): string[] => groups[group]?.map(({ name }) => name) ?? [];
    const { revision } = change;
    return { revision, applied: names('applied'), pending: names('pending'), neverSeen: names('neverSeen') };
  }
}

type Progress = 'neverSeen' | 'applied' | 'pending';

/** How far a gateway is with a change. One that no replica has ever enrolled for serves nobody, so it delays nobody. */
function progress(gateway: Gateway, replicas: Replica[], change: Version): Progress {
  if (!wasSeen(replicas, gateway)) return 'neverSeen';
  const live = replicas.filter(({ lastSeenAt }) => replicaState(lastSeenAt) === 'live');
  const serves = live.length > 0 && live.every((replica) => compareRevisions(replica, change) >= 0);
  return serves ? 'applied' : 'pending';
}
