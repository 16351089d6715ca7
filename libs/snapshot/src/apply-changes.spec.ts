import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bucketHash,
  bucketOf,
  BUCKETS,
  EMPTY_DIGEST,
  entityHash,
  entityId,
  rootDigest,
  type ConfigChange,
  type ConfigItem,
} from '#libs/contract';
import { applyChanges } from './apply-changes.js';
import { SnapshotBuilder } from './snapshot-builder.js';
import { gateway, policy, server, token } from '../../../test/support/config-items.js';
import { SnapshotRejected } from './snapshot-rejected.js';
import { Snapshot } from './snapshot.js';

const put = (raw: ConfigItem): ConfigChange => ({ op: 'put', ...raw });
const drop = (kind: string, key: string): ConfigChange => ({ op: 'delete', kind, key });
const apply = (from: Snapshot, ...changes: ConfigChange[]): Snapshot =>
  applyChanges(from, { epoch: 1, revision: from.revision + 1, changes });

/** The digest by its definition, over all entities at once. */
function digestOf(entities: Iterable<ConfigItem>): string {
  const buckets = Array.from({ length: BUCKETS }, () => new Map<string, string>());
  for (const raw of entities) {
    const id = entityId(raw.kind, raw.key);
    buckets[bucketOf(id)]?.set(id, entityHash(raw));
  }
  return rootDigest(buckets.map((bucket) => bucketHash(bucket)));
}

const base = (): Snapshot =>
  apply(Snapshot.EMPTY, put(gateway('aws')), put(gateway('azure')), put(server('mcp-a', 'azure')));

describe('applyChanges', () => {
  it('leaves the snapshot it started from as it was', () => {
    const before = base();
    const after = apply(before, drop('server', 'mcp-a'), put(token('a'.repeat(64))));
    expect(before.server('mcp-a')?.name).toBe('mcp-a');
    expect(before.token('a'.repeat(64))).toBeUndefined();
    expect(after.server('mcp-a')).toBeUndefined();
    expect(after.token('a'.repeat(64))?.user).toBe('alice@example.com');
  });

  it('shares every bucket that a change does not touch', () => {
    const before = base();
    const after = apply(before, put(policy('p')));
    const touched = bucketOf(entityId('policy', 'p'));
    const copied = Array.from({ length: BUCKETS }, (_, i) => i).filter(
      (i) => before.parts.entries.bucket(i) !== after.parts.entries.bucket(i),
    );
    expect(copied).toEqual([touched]);
  });

  it('takes a kind it does not know as opaque bytes', () => {
    const alien = { kind: 'rate-limit', key: 'r', body: 'not even JSON' };
    const after = apply(base(), put(alien));
    expect([...after.entities()]).toContainEqual(alien);
    expect(after.digest).toBe(digestOf(after.entities()));
  });

  it.each([
    ['a server without a url', put(server('mcp-b', 'azure', { url: 'nowhere' })), 'snapshot_invalid', 'url'],
    ['a body that is not JSON', put({ kind: 'user', key: 'u', body: '{' }), 'snapshot_invalid', 'not JSON'],
    [
      'an entity under another key',
      put({ ...policy('p'), key: 'q' }),
      'snapshot_invalid',
      "the entity's key",
    ],
    ['a server of an unknown gateway', put(server('mcp-b', 'gcp')), 'snapshot_invalid', 'gateway/gcp'],
    [
      'the removal of a gateway that a server needs',
      drop('gateway', 'azure'),
      'snapshot_invalid',
      'gateway/azure',
    ],
  ])('rejects %s', (_, change, reason, detail) => {
    const work = () => apply(base(), change);
    expect(work).toThrow(SnapshotRejected);
    expect(work).toThrow(detail);
    expect(work).toThrow(reason);
  });

  it('rejects a change whose digest is not the one that was signed', () => {
    const change = { epoch: 1, revision: 2, digest: EMPTY_DIGEST, changes: [put(policy('p'))] };
    expect(() => applyChanges(base(), change)).toThrow('digest_mismatch');
  });

  it('allows a server to move and its old gateway to go in one change', () => {
    const after = apply(base(), drop('gateway', 'azure'), put(server('mcp-a', 'aws', { revision: 2 })));
    expect([...after.gateways()].map((each) => each.name)).toEqual(['aws']);
    expect(after.minRevision('mcp-a')).toBe(2);
  });

  it('makes the revision of its gateway count for the least revision of a server', () => {
    const after = apply(base(), put(gateway('azure', { revision: 9 })));
    expect(after.minRevision('mcp-a')).toBe(9);
    expect(after.minRevision('unknown')).toBe(0);
  });

  it('agrees with a plain map on any sequence of changes, and with a full load of the result', async () => {
    const raws = [gateway('g1'), gateway('g2'), policy('p1'), policy('p1', { effect: 'deny' }), policy('p2')];
    const change = fc.oneof(
      fc.constantFrom(...raws).map(put),
      fc.constantFrom(...raws).map((raw) => drop(raw.kind, raw.key)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(change, { maxLength: 4 }), { maxLength: 8 }), async (batches) => {
        const model = new Map<string, ConfigItem>();
        let sut = Snapshot.EMPTY;
        for (const batch of batches) {
          for (const each of batch) {
            const id = entityId(each.kind, each.key);
            if (each.op === 'put') model.set(id, { kind: each.kind, key: each.key, body: each.body });
            else model.delete(id);
          }
          sut = apply(sut, ...batch);
          expect(sut.digest).toBe(digestOf(model.values()));
        }
        const policies = [...model.values()].filter((raw) => raw.kind === 'policy').map((raw) => raw.key);
        expect(
          sut.policies
            .lookup(['authenticated'], 'any')
            .map((p) => p.name)
            .sort(),
        ).toEqual(policies.sort());
        const builder = new SnapshotBuilder(sut);
        for (const raw of sut.entities()) builder.add(raw);
        const loaded = await builder.finish({ epoch: 1, revision: 1, digest: sut.digest });
        expect([...loaded.gateways()]).toEqual(expect.arrayContaining([...sut.gateways()]));
      }),
      { numRuns: 60 },
    );
  });
});
