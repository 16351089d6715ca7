import {
  bucketHash,
  bucketOf,
  BUCKETS,
  entityHash,
  entityId,
  rootDigest,
  type ConfigChange,
  type ConfigItem,
} from '#libs/contract';
import { In, type EntityManager } from 'typeorm';
import { ConfigBucket } from '../tables/config-bucket.entity.js';
import { ConfigEntity } from '../tables/config-entity.entity.js';

const idOf = (entity: { kind: string; key: string }): string => entityId(entity.kind, entity.key);

/** Stores the entities of a change and updates the digest tree, at a cost proportional to the buckets it touches. */
export async function applyToTree(
  manager: EntityManager,
  revision: number,
  changes: readonly ConfigChange[],
): Promise<string> {
  const last = [...new Map(changes.map((change) => [idOf(change), change])).values()];
  await storeItems(manager, revision, last);
  const touched = [...new Set(last.map((change) => bucketOf(idOf(change))))];
  if (touched.length > 0) await refreshBuckets(manager, touched);
  return treeDigest(manager);
}

/** The digest over all buckets as stored. */
export async function treeDigest(manager: EntityManager): Promise<string> {
  const buckets: string[] = Array.from({ length: BUCKETS }, () => '');
  for (const row of await manager.find(ConfigBucket)) buckets[row.bucket] = row.hash;
  return rootDigest(buckets);
}

/** Rows per statement: PostgreSQL accepts at most 65,535 parameters. */
const CHUNK = 1000;

async function storeItems(
  manager: EntityManager,
  revision: number,
  changes: readonly ConfigChange[],
): Promise<void> {
  const puts = changes.filter((change) => change.op === 'put');
  for (const chunk of chunksOf(puts)) {
    const rows = chunk.map((entity) => entityRow(entity, revision));
    await manager.upsert(ConfigEntity, rows, ['kind', 'key']);
  }
  const gone = changes.filter((change) => change.op === 'delete');
  for (const [kind, same] of Map.groupBy(gone, (change) => change.kind)) {
    for (const chunk of chunksOf(same)) {
      await manager.delete(ConfigEntity, { kind, key: In(chunk.map((change) => change.key)) });
    }
  }
}

function entityRow({ kind, key, body }: ConfigItem, revision: number): ConfigEntity {
  const bucket = bucketOf(entityId(kind, key));
  return { kind, key, body, revision, bucket, hash: entityHash({ kind, key, body }) };
}

const chunksOf = <T>(items: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(items.length / CHUNK) }, (_, i) => items.slice(i * CHUNK, (i + 1) * CHUNK));

async function refreshBuckets(manager: EntityManager, buckets: number[]): Promise<void> {
  const select = { kind: true, key: true, bucket: true, hash: true } as const;
  const entities = await manager.find(ConfigEntity, { select, where: { bucket: In(buckets) } });
  const byBucket = Map.groupBy(entities, (row) => row.bucket);
  const rows = buckets.map((bucket) => ({
    bucket,
    hash: bucketHash((byBucket.get(bucket) ?? []).map((row) => [idOf(row), row.hash] as const)),
  }));
  await manager.upsert(ConfigBucket, rows, ['bucket']);
}
