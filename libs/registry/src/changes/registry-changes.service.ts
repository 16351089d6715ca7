import type { Version } from '#libs/contract';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Semaphore } from 'async-mutex';
import { DataSource, type EntityManager } from 'typeorm';
import { AuditRecord } from '../tables/audit-record.entity.js';
import { CONFIG_HEAD_ID, ConfigHead } from '../tables/config-head.entity.js';
import { ConfigLog } from '../tables/config-log.entity.js';
import { adminRecord, type AdminAction } from './admin-record.js';
import { ChangeTransaction } from './change-transaction.js';
import { applyToTree } from './config-tree.js';
import { RegistryError } from './registry-error.js';

/** The version that a change has made. */
export type ChangeReceipt = Version;

/** Channel on which every commit is announced; the payload is `epoch:revision`. */
export const CONFIG_CHANNEL = 'causeway_config';

/**
 * Changes queue for the lock on the head anyway. If each held a connection while it waited, a burst would use up the pool
 * and reads would time out.
 */
const CONNECTIONS_FOR_CHANGES = 3;

/** The only writer of revisions. */
@Injectable()
export class RegistryChanges {
  private readonly connections = new Semaphore(CONNECTIONS_FOR_CHANGES);

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * Makes one change as one transaction: the rows that `work` writes, the next revision, its log entry, the digest and
   * the audit record. The head is locked first, so that the order of commits is the order of revisions. If `work` fails,
   * everything is rolled back.
   * @throws RegistryError `restore-pending` while a restored backup is not acknowledged.
   */
  change<T>(
    action: AdminAction,
    work: (change: ChangeTransaction) => Promise<T>,
  ): Promise<ChangeReceipt & { result: T }> {
    return this.transact(action, nextRevision, work);
  }

  /**
   * Acknowledges a restored backup: moves past the proven revision, into a new epoch, so that gateways accept a configuration
   * that lacks changes they have seen.
   * @throws RegistryError `no-restore-pending`.
   */
  acknowledgeRestore(
    action: AdminAction,
    work: (change: ChangeTransaction) => Promise<void>,
  ): Promise<ChangeReceipt> {
    return this.transact(action, nextEpoch, work);
  }

  private transact<T>(
    action: AdminAction,
    advance: (head: ConfigHead) => ConfigHead,
    work: (change: ChangeTransaction) => Promise<T>,
  ): Promise<ChangeReceipt & { result: T }> {
    const body = async (manager: EntityManager): Promise<ChangeReceipt & { result: T }> => {
      const previous = await lockHead(manager);
      const change = new ChangeTransaction(manager, advance(previous), new Date());
      const result = await work(change);
      const receipt = await commitRevision(change, action, previous.digest);
      return { ...receipt, result };
    };
    return this.connections.runExclusive(() => this.dataSource.transaction('READ COMMITTED', body));
  }
}

async function lockHead(manager: EntityManager): Promise<ConfigHead> {
  await manager.query(`SET LOCAL lock_timeout = '10s'`);
  return manager.findOneOrFail(ConfigHead, {
    where: { id: CONFIG_HEAD_ID },
    lock: { mode: 'pessimistic_write' },
  });
}

function nextRevision(head: ConfigHead): ConfigHead {
  if (head.restoreSuspected !== null)
    throw new RegistryError(
      'restore-pending',
      `A gateway holds revision ${head.restoreSuspected.revision}, which this database lacks; see POST /api/v1/config/restore-ack`,
    );
  return Object.assign(new ConfigHead(), head, { revision: head.revision + 1 });
}

function nextEpoch(head: ConfigHead): ConfigHead {
  const proof = head.restoreSuspected;
  if (proof === null)
    throw new RegistryError('no-restore-pending', 'There is no restored backup to acknowledge');
  return Object.assign(new ConfigHead(), head, {
    epoch: Math.max(head.epoch, proof.epoch) + 1,
    revision: Math.max(head.revision, proof.revision) + 1,
    restoreSuspected: null,
  });
}

async function commitRevision(
  change: ChangeTransaction,
  action: AdminAction,
  previousDigest: string,
): Promise<ChangeReceipt> {
  const { manager, head, time } = change;
  const digest = await applyToTree(manager, head.revision, change.changes);
  await manager.update(ConfigHead, { id: CONFIG_HEAD_ID }, Object.assign(head, { digest, updatedAt: time }));
  await manager.insert(ConfigLog, logRow(change, action, { previousDigest, digest }));
  const { before, after } = change;
  await manager.insert(
    AuditRecord,
    adminRecord(action, { time, status: 'success', revision: head.revision, before, after }),
  );
  await manager.query('SELECT pg_notify($1, $2)', [CONFIG_CHANNEL, `${head.epoch}:${head.revision}`]);
  return { epoch: head.epoch, revision: head.revision, digest };
}

function logRow(
  change: ChangeTransaction,
  { actor, action, resource }: AdminAction,
  digests: { previousDigest: string; digest: string },
): ConfigLog {
  const { epoch, revision } = change.head;
  const changes = JSON.stringify(change.changes);
  const revoked = JSON.stringify(change.revoked);
  return { epoch, revision, time: change.time, actor, action, resource, changes, revoked, ...digests };
}
