import { describe, expect, it } from 'vitest';
import { compareRevisions, isSameVersion, stepOfDelta, stepOfHead } from './version.js';

const AT = { epoch: 2, revision: 10, digest: 'd10' };
const delta = (epoch: number, revision: number, previousDigest = 'd10') => ({
  epoch,
  revision,
  previousDigest,
});

describe('versions', () => {
  it.each([
    ['a later revision comes after an earlier one', { ...AT, revision: 9 }, -1],
    ['the same revision is neither before nor after, whatever its digest', { ...AT, digest: 'x' }, 0],
    ['a later epoch comes after an earlier one, whatever the revision', { epoch: 3, revision: 1 }, 1],
  ])('%s', (_, other, sign) => {
    expect(Math.sign(compareRevisions(other, AT))).toBe(sign);
  });

  it('are the same only with the same digest', () => {
    expect(isSameVersion({ ...AT }, AT)).toBe(true);
    expect(isSameVersion({ ...AT, digest: 'x' }, AT)).toBe(false);
    expect(isSameVersion({ ...AT, epoch: 1 }, AT)).toBe(false);
  });
});

describe('a delta', () => {
  it.each([
    ['of the next revision is the next', delta(2, 11), 'next'],
    ['of the next revision after another digest is a gap', delta(2, 11, 'other'), 'gap'],
    ['of the revision held is old', delta(2, 10), 'old'],
    ['of a revision before is old', delta(2, 3), 'old'],
    ['of a later revision is a gap', delta(2, 12), 'gap'],
    ['of an earlier epoch is old', delta(1, 11), 'old'],
    ['of a later epoch is a gap', delta(3, 11), 'gap'],
  ])('%s', (_, claims, step) => {
    expect(stepOfDelta(AT, claims)).toBe(step);
  });

  it('is a gap while there is no snapshot', () => {
    expect(stepOfDelta(null, delta(1, 1))).toBe('gap');
  });
});

describe('a head', () => {
  it.each([
    ['of what is held is the same', { epoch: 2, revision: 10, digest: 'd10' }, 'same'],
    [
      'with another digest for what is held is a regression',
      { epoch: 2, revision: 10, digest: 'x' },
      'regression',
    ],
    ['of an earlier revision is a regression', { epoch: 2, revision: 9, digest: 'd9' }, 'regression'],
    ['of an earlier epoch is a regression', { epoch: 1, revision: 99, digest: 'd99' }, 'regression'],
    ['of a later revision is ahead', { epoch: 2, revision: 12, digest: 'd12' }, 'ahead'],
    ['of a later epoch is ahead, whatever its revision', { epoch: 3, revision: 1, digest: 'd1' }, 'ahead'],
  ])('%s', (_, head, step) => {
    expect(stepOfHead(AT, head)).toBe(step);
  });
});
