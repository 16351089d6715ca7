import { describe, expect, it } from 'vitest';
import { ReplayCache } from './replay-cache.js';

describe('ReplayCache', () => {
  it('remembers an id for at least one period, wherever in the period it came', () => {
    const sut = new ReplayCache(100, 10, 0);
    expect(sut.see('a', 99)).toBe('new');
    expect(sut.see('a', 100)).toBe('replayed');
    expect(sut.see('a', 199)).toBe('replayed');
    expect(sut.see('a', 200)).toBe('new');
  });

  it('forgets everything after a long silence', () => {
    const sut = new ReplayCache(100, 10, 0);
    sut.see('a', 0);
    expect(sut.see('a', 1000)).toBe('new');
  });

  it('takes no id for new once the limit is reached, so that memory stays bounded', () => {
    const sut = new ReplayCache(100, 2, 0);
    expect([sut.see('a', 0), sut.see('b', 0), sut.see('c', 0)]).toEqual(['new', 'new', 'full']);
    expect(sut.see('a', 0)).toBe('replayed');
  });
});
