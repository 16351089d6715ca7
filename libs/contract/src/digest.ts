import { hash } from 'node:crypto';
import type { ConfigItem } from './config-items.js';

/**
 * The digest of a snapshot: SHA-256 over the hashes of {@link BUCKETS} buckets, each the SHA-256 over its entities'
 * hashes in key order. A change touches one bucket and the root, so its cost does not grow with the snapshot.
 */
export const BUCKETS = 1024;

const sha256 = (text: string): string => hash('sha256', text, 'hex');

/** Identity of an entity within a snapshot. */
export const entityId = (kind: string, key: string): string => `${kind}/${key}`;

/** Bucket of an entity: FNV-1a over its id, so that both ends agree without a look-up. */
export function bucketOf(id: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) h = Math.imul(h ^ id.charCodeAt(i), 0x01000193);
  return (h >>> 0) % BUCKETS;
}

/** Hash of one entity over the bytes as sent, lower-case hex. */
export const entityHash = (entity: ConfigItem): string =>
  sha256(`${entity.kind}\n${entity.key}\n${entity.body}`);

/** Hash of one bucket from the hashes of its entities by id. An empty bucket hashes to the empty string. */
export function bucketHash(hashesById: Iterable<readonly [id: string, hash: string]>): string {
  const lines = [...hashesById].map(([id, h]) => `${id} ${h}`).sort();
  return lines.length === 0 ? '' : sha256(lines.join('\n'));
}

/** Digest of a snapshot from its bucket hashes, in bucket order; absent buckets count as empty. */
export const rootDigest = (buckets: ArrayLike<string | undefined>): string =>
  `sha256:${sha256(Array.from({ length: BUCKETS }, (_, i) => buckets[i] ?? '').join('\n'))}`;

/** Digest of a snapshot without entities. */
export const EMPTY_DIGEST = rootDigest([]);
