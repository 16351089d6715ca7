import type { Heartbeat, HeartbeatAnswer } from '#libs/contract';
import { Replica } from '#libs/registry';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { ConfigFeed } from '../../config-feed/config-feed.service.js';
import type { CallingReplica } from '../calling-replica.js';
import { ReplicaKeys } from '../replica-keys.service.js';
import { unauthenticated } from '../../problem/problem.error.js';
import { RestoreDetector } from '../../fleet/restore-detector.service.js';
import { ServerObservations } from './server-observations.service.js';

/** Stores what replicas report about themselves. */
@Injectable()
export class Heartbeats {
  constructor(
    @InjectRepository(Replica) private readonly replicas: Repository<Replica>,
    private readonly replicaKeys: ReplicaKeys,
    private readonly restore: RestoreDetector,
    private readonly feed: ConfigFeed,
    private readonly servers: ServerObservations,
  ) {}

  /** @throws ProblemError `unauthenticated` if the replica has just been removed. */
  async take(caller: CallingReplica, heartbeat: Heartbeat): Promise<HeartbeatAnswer> {
    const now = new Date();
    const { affected } = await this.replicas.update({ id: caller.id }, report(caller, heartbeat, now));
    if (affected === 0) {
      this.replicaKeys.forgetAll();
      throw unauthenticated('The replica is not enrolled');
    }
    await this.servers.store(caller.gateway, heartbeat.servers);
    if (heartbeat.head !== null) await this.restore.examine(caller.id, heartbeat.head);
    const { epoch, revision } = this.feed.state;
    return { time: now.toISOString(), epoch, revision };
  }
}

function report(
  { clockOffsetSeconds }: CallingReplica,
  heartbeat: Heartbeat,
  lastSeenAt: Date,
): Partial<Replica> {
  const { epoch, revision, digest, version, schemaVersion, uptimeSeconds, connection } = heartbeat;
  const { appliedAt, rejected, tombstones, metrics } = heartbeat;
  return {
    epoch,
    revision,
    digest,
    version,
    schemaVersion,
    uptimeSeconds,
    clockOffsetSeconds,
    connection,
    rejected,
    tombstones,
    lastSeenAt,
    appliedAt: appliedAt === null ? null : new Date(appliedAt),
    ...(metrics === null ? {} : { metrics }),
  };
}
