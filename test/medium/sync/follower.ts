import {
  bucketHash,
  bucketOf,
  BUCKETS,
  entityHash,
  entityId,
  rootDigest,
  type DeltaClaims,
  type ConfigItem,
  type Version,
} from '#libs/contract';
import assert from 'node:assert/strict';
import { NOWHERE, type TestReplica } from './test-replica.js';

/** The digest by its definition, computed from all items. */
function digestOf(entities: Iterable<ConfigItem>): string {
  const buckets: [string, string][][] = Array.from({ length: BUCKETS }, () => []);
  for (const entity of entities) {
    const id = entityId(entity.kind, entity.key);
    buckets[bucketOf(id)]?.push([id, entityHash(entity)]);
  }
  return rootDigest(buckets.map((bucket) => bucketHash(bucket)));
}

/** A snapshot and the deltas that follow it; each of them must fit. */
export class Follower {
  private readonly entities = new Map<string, ConfigItem>();
  position: Version = NOWHERE;
  readonly seen: number[] = [];

  constructor(private readonly from: TestReplica) {}

  async load(): Promise<void> {
    const { head, preamble, entities } = await this.from.snapshot();
    assert.equal(entities.length, preamble.entities);
    for (const entity of entities) this.entities.set(entityId(entity.kind, entity.key), entity);
    this.position = head;
    assert.equal(digestOf(this.entities.values()), head.digest);
  }

  async followTo(revision: number): Promise<void> {
    while (this.position.revision < revision) {
      const { deltas, resync } = await this.from.poll(this.position, 20);
      assert.equal(resync, false);
      for (const delta of deltas) this.apply(delta);
    }
  }

  private apply(delta: DeltaClaims): void {
    assert.equal(delta.revision, this.position.revision + 1);
    assert.equal(delta.previousDigest, this.position.digest);
    for (const change of delta.changes) {
      const id = entityId(change.kind, change.key);
      if (change.op === 'delete') this.entities.delete(id);
      else this.entities.set(id, { kind: change.kind, key: change.key, body: change.body });
    }
    assert.equal(digestOf(this.entities.values()), delta.digest);
    this.seen.push(delta.revision);
    this.position = delta;
  }
}
