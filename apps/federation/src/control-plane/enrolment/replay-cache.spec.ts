import { describe, expect, it } from 'vitest';
import { ReplayCache } from './replay-cache.js';

describe('ReplayCache', () => {
  it('lets an id in once', () => {
    const sut = new ReplayCache();
    expect(sut.firstUse('a', 2000, 1000)).toBe(true);
    expect(sut.firstUse('a', 2000, 1001)).toBe(false);
    expect(sut.firstUse('b', 2000, 1001)).toBe(true);
  });

  it('remembers an id for as long as it could be accepted, and no longer', () => {
    const sut = new ReplayCache(10);
    sut.firstUse('a', 2000, 1000);
    sut.firstUse('b', 1500, 1000);
    expect(sut.firstUse('a', 2000, 1999)).toBe(false);
    expect(sut.size).toBe(1);
    sut.firstUse('c', 9000, 2500);
    expect(sut.size).toBe(1);
  });
});
