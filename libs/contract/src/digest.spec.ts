import { describe, expect, it } from 'vitest';
import { BUCKETS, EMPTY_DIGEST, bucketHash, bucketOf, entityHash, entityId, rootDigest } from './digest.js';

describe('digest', () => {
  it('spreads keys of one pattern over most buckets', () => {
    const used = new Set(Array.from({ length: 10_000 }, (_, i) => bucketOf(entityId('server', `mcp-${i}`))));
    expect(used.size).toBeGreaterThan(BUCKETS * 0.95);
  });

  it('gives a bucket the same hash in whatever order its entities come', () => {
    const a = ['server/a', '1'] as const;
    const b = ['server/b', '2'] as const;
    expect(bucketHash([a, b])).toBe(bucketHash([b, a]));
    expect(bucketHash([a])).not.toBe(bucketHash([b]));
    expect(bucketHash([])).toBe('');
  });

  it('tells entities apart whose kind, key and body give the same text when joined', () => {
    expect(entityHash({ kind: 'a', key: 'b', body: 'c' })).not.toBe(
      entityHash({ kind: 'a', key: '', body: 'bc' }),
    );
  });

  it('has one digest for an empty snapshot, which any entity changes', () => {
    expect(EMPTY_DIGEST).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(rootDigest(Object.assign([], { 3: 'x' }))).not.toBe(EMPTY_DIGEST);
  });

  it('keeps the digest of a known snapshot, since both ends of every version must agree', () => {
    const entity = { kind: 'server', key: 'mcp-a', body: '{"name":"mcp-a"}' };
    const id = entityId(entity.kind, entity.key);
    const buckets: string[] = [];
    buckets[bucketOf(id)] = bucketHash([[id, entityHash(entity)]]);
    expect(rootDigest(buckets)).toMatchInlineSnapshot(
      `"sha256:d1a4edf89f7ac626914b5be34ee1b32dacf7b76f2d77164b5de99dcff8871ba6"`,
    );
  });
});
