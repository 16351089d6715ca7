import { Gateway, Replica, type ChangeTransaction } from '#libs/registry';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { replicaState } from '../../fleet/replica-state.js';
import type { Page, PageQuery } from '../crud/page.js';
import { StoredResources } from '../crud/stored-resources.js';
import { publish } from '../gateways/gateways.service.js';
import { assertGateway, revokeJoinTokens, type OfGateway } from '../join-tokens/join-tokens.service.js';
import type { ReplicaView } from './replica.dto.js';
import { REPLICAS } from './replica.resource.js';

/** The enrolled replicas of gateways. To remove one is to evict it. */
@Injectable()
export class ReplicasService extends StoredResources<Replica, ReplicaView, OfGateway> {
  protected readonly spec = REPLICAS;
  protected readonly table = Replica;

  override async list(page: PageQuery, scope: OfGateway): Promise<Page<ReplicaView>> {
    await assertGateway(this.manager, scope.gateway);
    return super.list(page, scope);
  }

  protected override pathOf(id: string, { gateway }: OfGateway): string {
    return `${REPLICAS.path.replace(':name', gateway)}/${id}`;
  }

  protected views(_manager: EntityManager, rows: Replica[]): ReplicaView[] {
    return rows.map(replicaView);
  }

  /** Takes from the replica all that it was given: its enrolment, its gateway's keys, and the join tokens that it may know. */
  protected override async remove(change: ChangeTransaction, row: Replica): Promise<void> {
    await super.remove(change, row);
    await renewKeys(change, row.gateway);
    change.after = { revokedJoinTokens: await revokeJoinTokens(change, row.gateway) };
  }
}

/** Gives a gateway a new incarnation, and with it new keys. */
async function renewKeys(change: ChangeTransaction, name: string): Promise<void> {
  const row = await change.manager.findOneByOrFail(Gateway, { name });
  const { revision, time } = change;
  Object.assign(row, { incarnation: randomUUID(), evictedAt: time, updatedAt: time, revision });
  await change.manager.save(Gateway, row);
  publish(change, row);
}

export function replicaView(row: Replica): ReplicaView {
  const { id, revision, digest, version, schemaVersion, uptimeSeconds } = row;
  const { clockOffsetSeconds, connection, rejected } = row;
  return {
    id,
    state: replicaState(row.lastSeenAt),
    revision,
    digest,
    enrolledAt: row.enrolledAt.toISOString(),
    appliedAt: row.appliedAt?.toISOString() ?? null,
    lastSeenAt: row.lastSeenAt?.toISOString() ?? null,
    version,
    schemaVersion,
    uptimeSeconds,
    clockOffsetSeconds,
    connection,
    rejected,
  };
}
