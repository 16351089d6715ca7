import { describe, expect, it } from 'vitest';
import { isRegression } from './feed-state.js';

const at = (epoch: number, revision: number, digest = 'd') => ({ epoch, revision, digest });

describe('isRegression', () => {
  it.each([
    ['the next revision', at(1, 5), at(1, 6), false],
    ['the same place', at(1, 5), at(1, 5), false],
    ['a lower revision', at(1, 5), at(1, 4), true],
    ['another digest of the same revision', at(1, 5), at(1, 5, 'other'), true],
    ['a lower epoch with a higher revision', at(2, 5), at(1, 9), true],
    ['a higher epoch with a lower revision', at(1, 5), at(2, 3), false],
  ])('judges %s', (_, previous, next, expected) => {
    expect(isRegression(previous, next)).toBe(expected);
  });
});
