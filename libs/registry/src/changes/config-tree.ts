import {
  bucketHash,
  bucketOf,
  BUCKETS,
  entityHash,
  entityId,
  rootDigest,
  type EntityChange,
} from '#libs/contract';
import { In, type EntityManager } from 'typeorm';
import { ConfigBucketRow } from '../config/config-bucket.row.js';
import { ConfigEntityRow } from '../config/config-entity.row.js';

const idOf = (entity: { kind: string; key: string }): string => entityId(entity.kind, entity.key);

/** Stores the entities of a change and brings the digest tree up to date; the cost is that of the touched buckets. */
export async function applyToTree(
  manager: EntityManager,
  revision: number,
  changes: readonly EntityChange[],
): Promise<string> {
  for (const change of changes) await storeEntity(manager, revision, change);
  const touched = [...new Set(changes.map((change) => bucketOf(idOf(change))))];
  if (touched.length > 0) await refreshBuckets(manager, touched);
  return treeDigest(manager);
}

/** The digest over all buckets as stored. */
export async function treeDigest(manager: EntityManager): Promise<string> {
  const buckets: string[] = Array.from({ length: BUCKETS }, () => '');
  for (const row of await manager.find(ConfigBucketRow)) buckets[row.bucket] = row.hash;
  return rootDigest(buckets);
}

async function storeEntity(manager: EntityManager, revision: number, change: EntityChange): Promise<void> {
  const { kind, key } = change;
  if (change.op === 'delete') {
    await manager.delete(ConfigEntityRow, { kind, key });
    return;
  }
  const { body } = change;
  const row = {
    kind,
    key,
    body,
    revision,
    bucket: bucketOf(idOf(change)),
    hash: entityHash({ kind, key, body }),
  };
  await manager.upsert(ConfigEntityRow, row, ['kind', 'key']);
}

async function refreshBuckets(manager: EntityManager, buckets: number[]): Promise<void> {
  const select = { kind: true, key: true, bucket: true, hash: true } as const;
  const entities = await manager.find(ConfigEntityRow, { select, where: { bucket: In(buckets) } });
  const byBucket = Map.groupBy(entities, (row) => row.bucket);
  const rows = buckets.map((bucket) => ({
    bucket,
    hash: bucketHash((byBucket.get(bucket) ?? []).map((row) => [idOf(row), row.hash] as const)),
  }));
  await manager.upsert(ConfigBucketRow, rows, ['bucket']);
}
