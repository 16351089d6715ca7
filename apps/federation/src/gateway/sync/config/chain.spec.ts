import { describe, expect, it } from 'vitest';
import type { DeltaClaims } from '#libs/contract';
import { stepOfDelta, stepOfHead } from './chain.js';

const AT = { epoch: 2, revision: 10, digest: 'd10' };
const delta = (epoch: number, revision: number, previousDigest = 'd10'): DeltaClaims => ({
  epoch,
  revision,
  previousDigest,
  digest: `d${revision}`,
  time: '',
  changes: [],
  revoked: [],
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
