import { describe, expect, it } from 'vitest';
import { ProblemError } from '../problem/problem.error.js';
import { checkedBody, naturalInteger, orNull, positiveInteger, text } from './body-fields.js';

interface Message {
  name: string;
  count: number;
  note: string | null;
}

const RULES = {
  name: text(/^[a-z]+$/, 'lower-case letters'),
  count: positiveInteger,
  note: orNull(text(/^.*$/, 'text')),
};
const GOOD = { name: 'a', count: 1, note: null };

describe('checkedBody', () => {
  it('takes a message with fields that it does not know', () => {
    expect(checkedBody<Message>({ ...GOOD, newer: true }, RULES)).toMatchObject(GOOD);
  });

  it.each<[string, unknown, string[]]>([
    ['nothing', null, ['name', 'count', 'note']],
    ['a list', [], ['name', 'count', 'note']],
    ['text instead of a number', { ...GOOD, count: '1' }, ['count']],
    ['zero where something is counted', { ...GOOD, count: 0 }, ['count']],
    ['a number beyond what a column holds', { ...GOOD, count: 2 ** 31 }, ['count']],
    ['a field that is missing', { name: 'a', count: 1 }, ['note']],
  ])('names every field that is wrong in %s', (_, body, fields) => {
    const refusal = caught(() => checkedBody<Message>(body, RULES));
    expect(refusal.kind).toBe('validation');
    expect(refusal.members.errors?.map(({ field }) => field)).toEqual(fields);
  });

  it('counts from zero where nothing is a number, too', () => {
    expect(naturalInteger.holds(0)).toBe(true);
    expect(naturalInteger.holds(-1)).toBe(false);
    expect(naturalInteger.holds(1.5)).toBe(false);
  });
});

function caught(work: () => unknown): ProblemError {
  try {
    work();
  } catch (error) {
    if (error instanceof ProblemError) return error;
  }
  throw new Error('no problem was thrown');
}
