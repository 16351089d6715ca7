import { compareRevisions, type Version } from '#libs/contract';
import { Gateway, Replica } from '#libs/registry';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { setTimeout as sleep } from 'node:timers/promises';
import { MoreThanOrEqual, Repository } from 'typeorm';
import { liveSince } from '../../fleet/replica-state.js';
import type { ReceiptView } from './receipt.view.js';

const POLL_MS = 50;

/** Reports which gateways already serve a change. */
@Injectable()
export class ChangeReceipts {
  constructor(
    @InjectRepository(Gateway) private readonly gateways: Repository<Gateway>,
    @InjectRepository(Replica) private readonly replicas: Repository<Replica>,
  ) {}

  /** Waits at most `waitMs` until every gateway serves the change. Only live replicas count. */
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
    const gateways = await this.gateways.find({ select: { name: true }, order: { name: 'ASC' } });
    const live = await this.replicas.find({
      select: { id: true, gateway: true, epoch: true, revision: true },
      where: { lastSeenAt: MoreThanOrEqual(liveSince()) },
    });
    const byGateway = Map.groupBy(live, (replica) => replica.gateway);
    const names = gateways.map((gateway) => gateway.name);
    const applied = names.filter((name) => serves(byGateway.get(name) ?? [], change));
    return { revision: change.revision, applied, pending: names.filter((name) => !applied.includes(name)) };
  }
}

const serves = (replicas: Replica[], change: Version): boolean =>
  replicas.length > 0 && replicas.every((replica) => compareRevisions(replica, change) >= 0);
