import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EMPTY_DIGEST } from '#libs/contract';
import { SnapshotStore } from './snapshot.store.js';
import { Snapshot } from './snapshot.js';

const at = (revision: number): Snapshot => new Snapshot(1, revision, EMPTY_DIGEST, Snapshot.EMPTY.parts);
const HASH = 'f'.repeat(64);

describe('SnapshotStore', () => {
  let sut: SnapshotStore;
  beforeEach(() => {
    vi.useFakeTimers({ now: Date.parse('2026-01-01T00:00:00Z') });
    sut = new SnapshotStore();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('resolves a wait when the revision arrives', async () => {
    const wait = sut.whenRevision(5, 1000);
    sut.replace(at(4));
    sut.replace(at(6));
    await expect(wait).resolves.toBe(true);
  });

  it('gives up a wait after its time', async () => {
    sut.replace(at(4));
    const wait = sut.whenRevision(5, 1000);
    await vi.advanceTimersByTimeAsync(1000);
    await expect(wait).resolves.toBe(false);
  });

  it('does not wait for a revision it has', async () => {
    sut.replace(at(5));
    await expect(sut.whenRevision(5, 0)).resolves.toBe(true);
  });

  it('keeps a token revoked when an older snapshot comes back', () => {
    sut.revoke([{ hash: HASH, until: null }]);
    sut.replace(at(1));
    expect(sut.isRevoked(HASH)).toBe(true);
  });

  it('forgets a revocation when the token has expired anyway', () => {
    sut.revoke([{ hash: HASH, until: '2026-01-01T00:01:00.000Z' }]);
    expect(sut.tombstones()).toEqual([{ hash: HASH, until: '2026-01-01T00:01:00.000Z' }]);
    vi.setSystemTime(Date.parse('2026-01-01T00:01:01Z'));
    expect(sut.isRevoked(HASH)).toBe(false);
    expect(sut.tombstones()).toEqual([]);
  });

  it('takes the later of two expiries', () => {
    sut.revoke([{ hash: HASH, until: null }]);
    expect(sut.revoke([{ hash: HASH, until: '2026-01-01T00:01:00.000Z' }])).toEqual([]);
    expect(sut.tombstones()).toEqual([{ hash: HASH, until: null }]);
  });

  it('treats an unreadable expiry as never, so that a revocation is not lost', () => {
    sut.revoke([{ hash: HASH, until: 'soon' }]);
    expect(sut.isRevoked(HASH)).toBe(true);
  });

  it('ages from the newest head, whatever order heads come in', () => {
    expect(sut.staleness()).toBe(Infinity);
    sut.noteHead(Date.now() - 2000);
    sut.noteHead(Date.now() - 9000);
    expect(sut.staleness()).toBe(2000);
  });

  it('is stale once the newest head is older than the limit, unless there is none', () => {
    expect([sut.isStale(5), sut.isStale(0)]).toEqual([true, false]);
    sut.noteHead(Date.now() - 5000);
    expect([sut.isStale(5), sut.isStale(4), sut.isStale(0)]).toEqual([false, true, false]);
  });

  it('tells its listeners of a new revocation once it holds', () => {
    const seen: string[][] = [];
    const stop = sut.onRevoked((fresh) => {
      expect(sut.isRevoked(HASH)).toBe(true);
      seen.push(fresh.map(({ hash }) => hash));
    });
    sut.revoke([{ hash: HASH, until: null }]);
    sut.revoke([{ hash: HASH, until: null }]);
    stop();
    sut.revoke([{ hash: '0'.repeat(64), until: null }]);
    expect(seen).toEqual([[HASH]]);
  });

  it('tells its listeners of a new snapshot until they stop listening', () => {
    const seen: number[] = [];
    const stop = sut.onReplaced((snapshot) => seen.push(snapshot.revision));
    sut.replace(at(1));
    stop();
    sut.replace(at(2));
    expect(seen).toEqual([1]);
  });
});
