import { expect, it } from 'vitest';
import { BREAKS } from '../../../scripts/soak/breaks.mjs';
import { assertApplicable } from '../../../scripts/soak/workspace.mjs';

const TRAPS = Array.from({ length: 25 }, (_, i) => i + 1);

it.each(BREAKS.map((one) => [one.name, one] as const))(
  'the break %s of `npm run soak` still fits the code',
  (_, one) => {
    expect(() => assertApplicable(one)).not.toThrow();
  },
);

it('each trap has a break that its tests must notice', () => {
  const covered = new Set(BREAKS.flatMap(({ traps }) => traps));
  expect(TRAPS.filter((trap) => !covered.has(trap))).toEqual([]);
});
