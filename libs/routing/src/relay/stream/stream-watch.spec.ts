import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { RequestLog, type Principal } from '#libs/request';
import { Snapshot, SnapshotStore } from '#libs/snapshot';
import type { OpenResponse } from '../open-response.js';
import type { ResponseReview } from './response-review.js';
import { StreamWatch } from './stream-watch.js';

const PACE = { sweepMs: 10, keepAliveMs: 1000, reviewGapMs: 20, lingerMs: 100 };

/** What was done to the responses, in order, one word each. */
type Deeds = string[];

const principalUntil = (expiresAt: number): Principal => ({ expiresAt }) as Principal;

const response = (deeds: Deeds, change: Partial<OpenResponse> = {}): OpenResponse =>
  ({
    place: -1,
    sent: { log: new RequestLog() },
    principal: principalUntil(Infinity),
    endsBy: Infinity,
    isListening: false,
    events: null,
    finish: () => void deeds.push('finish'),
    fail: () => void deeds.push('fail'),
    expire: () => void deeds.push('expire'),
    renew: () => void deeds.push('renew'),
    ...change,
  }) as unknown as OpenResponse;

let sut: StreamWatch;
afterEach(() => sut.onModuleDestroy());

/** A watch whose reviews take `busyMs` each. */
function watch(deeds: Deeds, { busyMs = 0, hasConfiguration = true } = {}): SnapshotStore {
  const store = new SnapshotStore();
  const review = (): void => {
    const end = performance.now() + busyMs;
    while (performance.now() < end);
    deeds.push('review');
  };
  const admit = (): void => void deeds.push('admit');
  sut = new StreamWatch(store, { review, admit, hasConfiguration } as unknown as ResponseReview, PACE);
  return store;
}

describe('StreamWatch', () => {
  it('reviews what is open after each change, but a flood of changes in few rounds', async () => {
    const deeds: Deeds = [];
    const store = watch(deeds);
    sut.add(response(deeds));
    for (let i = 0; i < 100; i++) {
      store.replace(Snapshot.EMPTY);
      store.revoke([{ hash: `${i}`, until: null }]);
    }
    await delay(100);
    expect(deeds.length).toBeGreaterThan(0);
    expect(deeds.length).toBeLessThan(10);
  });

  it('does not forget a change that comes while it reviews', async () => {
    const deeds: Deeds = [];
    const store = watch(deeds, { busyMs: 2 });
    for (let i = 0; i < 10; i++) sut.add(response(deeds));
    store.replace(Snapshot.EMPTY);
    await setImmediate();
    const from = deeds.length;
    store.replace(Snapshot.EMPTY);
    await delay(200);
    expect(deeds.length - from).toBeGreaterThanOrEqual(10);
  });

  it('lets the event loop go on between slices of a long review', async () => {
    const deeds: Deeds = [];
    const store = watch(deeds, { busyMs: 1 });
    for (let i = 0; i < 100; i++) sut.add(response(deeds));
    store.replace(Snapshot.EMPTY);
    let turns = 0;
    while (deeds.length < 100) {
      await setImmediate();
      turns++;
    }
    expect(turns).toBeGreaterThan(5);
  });

  it('judges a response at its head only if something has changed since the request', () => {
    const deeds: Deeds = [];
    const store = watch(deeds);
    const early = response(deeds);
    store.replace(Snapshot.EMPTY);
    sut.add(response(deeds));
    expect(deeds).not.toContain('admit');
    sut.add(early);
    expect(deeds).toContain('admit');
  });

  it('ends listening streams at shutdown, even those that begin only then, and nothing else', async () => {
    const deeds: Deeds = [];
    watch(deeds);
    sut.add(response(deeds));
    sut.add(response(deeds, { isListening: true }));
    sut.finishListening();
    expect(deeds).toEqual(['finish']);
    sut.add(response(deeds, { isListening: true }));
    sut.add(response(deeds));
    await setImmediate();
    expect(deeds).toEqual(['finish', 'finish']);
  });

  it.each([
    ['its time is over', { endsBy: 0 }, {}, 'expire'],
    ['its credential has expired', { principal: principalUntil(1) }, {}, 'review'],
    ['the configuration is too old', {}, { hasConfiguration: false }, 'review'],
  ])('notices without any change that %s', async (_, change, options, deed) => {
    const deeds: Deeds = [];
    watch(deeds, options);
    sut.add(response(deeds, change));
    await delay(50);
    expect(deeds[0]).toBe(deed);
  });

  it('leaves alone what has closed', async () => {
    const deeds: Deeds = [];
    const store = watch(deeds);
    const closed = response(deeds, { endsBy: 0, isListening: true });
    sut.add(closed);
    sut.delete(closed);
    store.replace(Snapshot.EMPTY);
    sut.finishListening();
    await delay(30);
    expect(deeds).toEqual([]);
  });
}); // prettier-ignore
