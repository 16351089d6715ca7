import { expect, it } from 'vitest';
import { MUTANTS } from '../../../scripts/mutants/catalogue.mjs';
import { assertApplicable } from '../../../scripts/mutants/workspace.mjs';

const TRAPS = Array.from({ length: 25 }, (_, i) => i + 1);

it.each(MUTANTS.map((one) => [one.name, one] as const))('the mutant %s fits the code', (_, one) => {
  expect(() => assertApplicable(one)).not.toThrow();
});

it('each trap has a mutant that falls into it', () => {
  const covered = new Set(MUTANTS.flatMap(({ traps }) => traps));
  expect(TRAPS.filter((trap) => !covered.has(trap))).toEqual([]);
});

it('an edit that no longer fits says in which file its text is now', () => {
  const [mutant] = MUTANTS;
  const edits = mutant!.edits.map((edit) => ({ ...edit, file: 'libs/routing/src/moved.ts' }));
  const moved = /occurs 0 times in libs\/routing\/src\/moved\.ts.+It occurs once in: \S+\.ts/;
  expect(() => assertApplicable({ ...mutant!, edits })).toThrow(moved);
});
