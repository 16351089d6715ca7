import { describe, expect, it } from 'vitest';
import { Backoff } from './backoff.js';

describe('Backoff', () => {
  it('doubles the ceiling of the pause up to the highest, and begins again after a success', () => {
    const sut = new Backoff(250, 1000, () => 1);
    expect([sut.next(), sut.next(), sut.next(), sut.next()]).toEqual([250, 500, 1000, 1000]);
    sut.reset();
    expect(sut.next()).toBe(250);
  });

  it('spreads the pauses over the whole time up to the ceiling', () => {
    const randoms = [0, 0.5, 0.99];
    const sut = new Backoff(1000, 1000, () => randoms.shift() ?? 0);
    expect([sut.next(), sut.next(), sut.next()]).toEqual([0, 500, 990]);
  });
});
