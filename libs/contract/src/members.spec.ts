import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Member, Members } from './members.js';

describe('Members', () => {
  it('holds what a Set would hold, whatever is added and deleted, in any order', () => {
    const step = fc.record({ isAdded: fc.boolean(), index: fc.nat(7) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const objects: Member[] = Array.from({ length: 8 }, () => ({ place: -1 }));
        const sut = new Members();
        const expected = new Set<Member>();
        for (const { isAdded, index } of steps) {
          const one = objects[index]!;
          if (isAdded) sut.add(one);
          else sut.delete(one);
          if (isAdded) expected.add(one);
          else expected.delete(one);
          expect(sut.size).toBe(expected.size);
          expect(new Set(sut.all())).toEqual(expected);
        }
      }),
    );
  });
});
