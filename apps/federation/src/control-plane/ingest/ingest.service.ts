import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { mergeParts } from '#libs/audit';
import type { AuditBatch, AuditPart, AuditReceipt } from '#libs/contract';
import { storable } from './batch-validation.js';
import {
  ADD_MINUTES,
  INSERT_PARTS,
  LOCK_RECORDS,
  MAKE_RECORDS,
  PARTS_OF_REQUESTS,
  WRITE_RECORDS,
} from './ingest.sql.js';
import { isEntryOutcome, minuteCounts } from './minute-counts.js';

interface StoredPart {
  /** Request id. */
  id: string;
  part: AuditPart;
}

/** Stores what gateways deliver and keeps the records and the minutes equal to it, all in one transaction. */
@Injectable()
export class IngestService {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Stores a validated batch. Repeating it changes nothing.
   * @returns the receipt; only after it may the gateway forget the parts.
   */
  async store(replica: string, batch: AuditBatch): Promise<AuditReceipt> {
    const records = batch.records.map(storable);
    await this.dataSource.transaction('READ COMMITTED', async (tx) => {
      const parameters = [replica, batch.boot, JSON.stringify(records)];
      const fresh: StoredPart[] = await tx.query(INSERT_PARTS, parameters);
      if (fresh.length > 0) await follow(tx, fresh);
    });
    return { boot: batch.boot, seq: Math.max(...records.map((record) => record.seq)) };
  }
}

async function follow(tx: EntityManager, fresh: StoredPart[]): Promise<void> {
  const requests = await lockRecords(tx, [...new Set(fresh.map(({ id }) => id))]);
  const stored = await partsByRequest(tx, requests);
  const merged = requests.map((id) => mergeParts(stored.get(id) ?? []));
  await tx.query(WRITE_RECORDS, [JSON.stringify(merged)]);
  const locked = new Set(requests);
  const counts = minuteCounts(
    fresh.filter(({ id }) => locked.has(id)).map(({ part }) => part),
    countedBefore(stored, fresh),
  );
  if (counts.length > 0) await tx.query(ADD_MINUTES, [JSON.stringify(counts)]);
}

async function lockRecords(tx: EntityManager, ids: string[]): Promise<string[]> {
  await tx.query(MAKE_RECORDS, [ids]);
  const rows: { id: string }[] = await tx.query(LOCK_RECORDS, [ids]);
  return rows.map(({ id }) => id);
}

async function partsByRequest(tx: EntityManager, ids: string[]): Promise<Map<string, AuditPart[]>> {
  const rows: StoredPart[] = await tx.query(PARTS_OF_REQUESTS, [ids]);
  const grouped = Map.groupBy(rows, ({ id }) => id);
  return new Map([...grouped].map(([id, stored]) => [id, stored.map(({ part }) => part)]));
}

/** Requests that had more entry outcomes than came with this batch: they were counted then. */
function countedBefore(stored: Map<string, AuditPart[]>, fresh: StoredPart[]): Set<string> {
  const now = Map.groupBy(
    fresh.filter(({ part }) => isEntryOutcome(part)),
    ({ id }) => id,
  );
  const counted = [...stored].filter(
    ([id, parts]) => parts.filter(isEntryOutcome).length > (now.get(id)?.length ?? 0),
  );
  return new Set(counted.map(([id]) => id));
}
