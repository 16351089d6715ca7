import { bucketHash, bucketOf, entityHash, entityId, rootDigest, type ConfigItem } from '#libs/contract';
import { Client } from 'pg';

/**
 * Writes an entity past the admin API and every check of it, as a faulty migration or another version of the program
 * might: a revision of its own, consistent in all its digests, so that it is signed and published like any other.
 * @returns its revision
 */
export async function poison(databaseUrl: string, entity: ConfigItem): Promise<number> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('BEGIN');
    const revision = await writeRevision(client, entity);
    await client.query('COMMIT');
    return revision;
  } finally {
    await client.end();
  }
}

async function writeRevision(client: Client, entity: ConfigItem): Promise<number> {
  const { rows } = await client.query<{ epoch: number; revision: number; digest: string }>(
    'SELECT epoch, revision, digest FROM config_head FOR UPDATE',
  );
  const [head] = rows;
  if (head === undefined) throw new Error('There is no head');
  const revision = head.revision + 1;
  await writeEntity(client, entity, revision);
  const digest = await newDigest(client, bucketOf(entityId(entity.kind, entity.key)));
  await client.query('UPDATE config_head SET revision = $1, digest = $2', [revision, digest]);
  const changes = JSON.stringify([{ op: 'put', ...entity }]);
  await client.query(
    `INSERT INTO config_log (epoch, revision, time, actor, action, resource, previous_digest, digest, changes, revoked)
     VALUES ($1, $2, now(), 'nobody', 'row.write', 'rows', $3, $4, $5, '[]')`,
    [head.epoch, revision, head.digest, digest, changes],
  );
  await client.query(`NOTIFY causeway_config, '${head.epoch}:${revision}'`);
  return revision;
}

async function writeEntity(client: Client, entity: ConfigItem, revision: number): Promise<void> {
  const { kind, key, body } = entity;
  await client.query(
    `INSERT INTO config_entity (kind, key, bucket, body, hash, revision) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (kind, key) DO UPDATE SET body = $4, hash = $5, revision = $6`,
    [kind, key, bucketOf(entityId(kind, key)), body, entityHash(entity), revision],
  );
}

async function newDigest(client: Client, touched: number): Promise<string> {
  const { rows: entities } = await client.query<{ id: string; hash: string }>(
    `SELECT kind || '/' || key AS id, hash FROM config_entity WHERE bucket = $1`,
    [touched],
  );
  const hash = bucketHash(entities.map((row) => [row.id, row.hash] as const));
  await client.query(
    `INSERT INTO config_bucket (bucket, hash) VALUES ($1, $2) ON CONFLICT (bucket) DO UPDATE SET hash = $2`,
    [touched, hash],
  );
  const { rows } = await client.query<{ bucket: number; hash: string }>(
    'SELECT bucket, hash FROM config_bucket',
  );
  const buckets: string[] = [];
  for (const row of rows) buckets[row.bucket] = row.hash;
  return rootDigest(buckets);
}
