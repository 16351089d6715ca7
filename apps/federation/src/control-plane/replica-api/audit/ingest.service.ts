import { auditRecordOf } from '#libs/audit';
import type { AuditBatch, AuditPart, AuditReceipt } from '#libs/contract';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import {
  ADD_MINUTES,
  INSERT_PARTS,
  INSERT_RECORDS,
  LOCK_RECORDS,
  PARTS_OF_REQUESTS,
  UPDATE_RECORDS,
} from './ingest.sql.js';
import { countedOutcomes, minuteCounts } from './minute-counts.js';
import { storable, type StorableParts } from './storable.js';

/** Parts of each request by its id, in order of arrival. */
type PartsById = Map<string, AuditPart[]>;

/** Stores what gateways deliver and keeps the records and the minutes equal to it, all in one transaction. */
@Injectable()
export class IngestService {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Stores a validated batch. Repeating it changes nothing.
   * @returns the receipt; only after it may the gateway forget the parts.
   */
  async store(replica: string, { boot, records }: AuditBatch): Promise<AuditReceipt> {
    const parts = storable(records);
    await this.dataSource.transaction('READ COMMITTED', async (tx) => {
      const fresh = await insertParts(tx, replica, boot, parts);
      if (fresh.size > 0) await follow(tx, fresh);
    });
    return { boot, seq: parts.records.at(-1)?.seq ?? 0 };
  }
}

/** @returns the parts that were not stored before. */
async function insertParts(
  tx: EntityManager,
  replica: string,
  boot: string,
  { records, json }: StorableParts,
): Promise<PartsById> {
  const rows: { seq: number }[] = await tx.query(INSERT_PARTS, [replica, boot, json]);
  const fresh = new Set(rows.map(({ seq }) => seq));
  const byId: PartsById = new Map();
  for (const { seq, part } of records) if (fresh.has(seq)) append(byId, part.requestId, part);
  return byId;
}

/** A request is new if it has no record: each stored part has one, and so there are no other parts of it. */
async function follow(tx: EntityManager, fresh: PartsById): Promise<void> {
  const known = await insertRecords(tx, fresh);
  const stored = known.size === 0 ? new Map<string, AuditPart[]>() : await updateRecords(tx, [...known]);
  const storedOf = (id: string): AuditPart[] | null =>
    (known.has(id) ? stored.get(id) : fresh.get(id)) ?? null;
  const counts = minuteCounts(countedOutcomes(fresh, storedOf));
  if (counts.length > 0) await tx.query(ADD_MINUTES, [JSON.stringify(counts)]);
}

/** @returns ids of the requests that had a record before, in order. */
async function insertRecords(tx: EntityManager, fresh: PartsById): Promise<Set<string>> {
  const ids = [...fresh.keys()].sort();
  const records = ids.map((id) => auditRecordOf(fresh.get(id) ?? []));
  const made: { id: string }[] = await tx.query(INSERT_RECORDS, [JSON.stringify(records)]);
  const isNew = new Set(made.map(({ id }) => id));
  return new Set(ids.filter((id) => !isNew.has(id)));
}

/** @returns all parts of the requests whose records could be updated. */
async function updateRecords(tx: EntityManager, ids: string[]): Promise<PartsById> {
  const locked: { id: string }[] = await tx.query(LOCK_RECORDS, [ids]);
  const parts = await partsOf(
    tx,
    locked.map(({ id }) => id),
  );
  const records = [...parts.values()].map(auditRecordOf);
  await tx.query(UPDATE_RECORDS, [JSON.stringify(records)]);
  return parts;
}

async function partsOf(tx: EntityManager, ids: string[]): Promise<PartsById> {
  const rows: { id: string; part: AuditPart }[] = await tx.query(PARTS_OF_REQUESTS, [ids]);
  const byId: PartsById = new Map();
  for (const { id, part } of rows) append(byId, id, part);
  return byId;
}

function append(parts: PartsById, id: string, part: AuditPart): void {
  const known = parts.get(id);
  if (known === undefined) parts.set(id, [part]);
  else known.push(part);
}
