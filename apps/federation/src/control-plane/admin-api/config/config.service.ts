import {
  CONFIG_HEAD_ID,
  ConfigHead,
  ConfigLog,
  RegistryChanges,
  Replica,
  Token,
  type ChangeTransaction,
} from '#libs/registry';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { IsNull, Not, Repository } from 'typeorm';
import type { AdminActor } from '../auth/admin-request.js';
import { cursorKey, foreignCursor, pageOf, type Page, type PageQuery } from '../crud/page.js';
import type { ConfigHeadView, HistoryEntryView } from './config.dto.js';

/** What PostgreSQL keeps in an `int` column. */
const MAX_INT = 2 ** 31 - 1;
const isInt = (text: string): boolean => /^\d+$/.test(text) && Number(text) <= MAX_INT;

@Injectable()
export class ConfigService {
  constructor(
    private readonly changes: RegistryChanges,
    @InjectRepository(ConfigHead) private readonly heads: Repository<ConfigHead>,
    @InjectRepository(ConfigLog) private readonly log: Repository<ConfigLog>,
  ) {}

  async head(): Promise<ConfigHeadView> {
    const { epoch, revision, digest } = await this.heads.findOneByOrFail({ id: CONFIG_HEAD_ID });
    return { epoch, revision, digest };
  }

  /** Newest first: ordered by epoch and then revision, because an acknowledged restore begins a new epoch. */
  async history({ limit, cursor }: PageQuery): Promise<Page<HistoryEntryView>> {
    const query = this.log
      .createQueryBuilder('l')
      .orderBy('l.epoch', 'DESC')
      .addOrderBy('l.revision', 'DESC');
    const before = cursorKey(cursor, 2);
    if (before !== null) {
      if (!before.every(isInt)) throw foreignCursor(cursor);
      const [epoch, revision] = before.map(Number);
      query.where('(l.epoch, l.revision) < (:epoch::int, :revision::int)', { epoch, revision });
    }
    const rows = await query.take(limit + 1).getMany();
    return pageOf(rows, limit, (row) => [String(row.epoch), String(row.revision)], entryOf);
  }

  /** Gateways may then accept a configuration that lacks changes they have seen; revoked tokens stay revoked. */
  async acknowledgeRestore(actor: AdminActor): Promise<ConfigHeadView> {
    const { epoch, revision, digest } = await this.changes.acknowledgeRestore(
      { ...actor, resource: 'config' },
      mergeTombstones,
    );
    return { epoch, revision, digest };
  }
}

/** Includes the revocations in the proof, because replicas report their own tombstones only some time later. */
async function mergeTombstones(change: ChangeTransaction): Promise<void> {
  const { manager } = change;
  const { restoreSuspected } = await manager.findOneByOrFail(ConfigHead, { id: CONFIG_HEAD_ID });
  const replicas = await manager.findBy(Replica, { tombstones: Not(IsNull()) });
  const known = [...(restoreSuspected?.revoked ?? []), ...replicas.flatMap((row) => row.tombstones ?? [])];
  const tombstones = new Map(known.map((each) => [each.hash, each]));
  for (const { hash, until } of tombstones.values()) {
    await manager.delete(Token, { hash });
    await change.revoke(hash, until === null ? null : new Date(until));
  }
  change.after = { revokedTokens: tombstones.size };
}

function entryOf({ revision, time, actor, action, resource, digest }: ConfigLog): HistoryEntryView {
  return { revision, timestamp: time.toISOString(), user: actor, action, resource, digest };
}
