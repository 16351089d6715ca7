import type { ConfigChange } from '#libs/contract';
import { CONFIG_HEAD_ID, ConfigEntity, ConfigHead, ConfigLog } from '#libs/registry';
import { applyChanges, Snapshot, SnapshotBuilder, SnapshotRejected } from '#libs/snapshot';
import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, MoreThan, type EntityManager } from 'typeorm';
import { ProblemError } from '../../problem/problem.error.js';

/** Revisions beyond which a full load costs less than following the log. */
const MAX_FOLLOWED = 500;

/** The newest snapshot as gateways compile it, followed on demand. */
@Injectable()
export class ConfigView {
  private readonly logger = new Logger(ConfigView.name);
  private held: Snapshot | null = null;
  private refreshing: Promise<Snapshot> | null = null;

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * The newest snapshot. Like a gateway, it keeps the last good one while the stored configuration is invalid.
   * @throws ProblemError `config-invalid` if there has been no good one.
   */
  async current(): Promise<Snapshot> {
    this.refreshing ??= this.refresh().finally(() => (this.refreshing = null));
    return this.refreshing;
  }

  private async refresh(): Promise<Snapshot> {
    try {
      this.held = await this.dataSource.transaction('REPEATABLE READ', (manager) => this.newest(manager));
    } catch (error) {
      if (!(error instanceof SnapshotRejected)) throw error;
      if (this.held === null) throw new ProblemError('config-invalid', error.message);
      this.logger.warn(`Access is explained on revision ${this.held.revision}: ${error.message}`);
    }
    return this.held;
  }

  private async newest(manager: EntityManager): Promise<Snapshot> {
    const head = await manager.findOneByOrFail(ConfigHead, { id: CONFIG_HEAD_ID });
    const { held } = this;
    if (held?.epoch !== head.epoch || held.revision > head.revision) return fullLoad(manager, head);
    if (held.revision === head.revision && held.digest === head.digest) return held;
    return (await followLog(manager, held, head)) ?? fullLoad(manager, head);
  }
}

async function followLog(manager: EntityManager, held: Snapshot, head: ConfigHead): Promise<Snapshot | null> {
  if (head.revision - held.revision > MAX_FOLLOWED) return null;
  const rows = await manager.find(ConfigLog, {
    where: { epoch: head.epoch, revision: MoreThan(held.revision) },
    order: { revision: 'ASC' },
  });
  if (rows[0]?.previousDigest !== held.digest) return null;
  return rows.reduce(
    (snapshot, { epoch, revision, digest, changes }) =>
      applyChanges(snapshot, { epoch, revision, digest, changes: JSON.parse(changes) as ConfigChange[] }),
    held,
  );
}

async function fullLoad(manager: EntityManager, head: ConfigHead): Promise<Snapshot> {
  const builder = new SnapshotBuilder();
  const select = { kind: true, key: true, body: true } as const;
  for (const { kind, key, body } of await manager.find(ConfigEntity, { select })) {
    builder.add({ kind, key, body });
    await builder.pause();
  }
  const { epoch, revision, digest } = head;
  return builder.finish({ epoch, revision, digest });
}
