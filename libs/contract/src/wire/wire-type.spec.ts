import { Type } from '@sinclair/typebox';
import { describe, expect, it } from 'vitest';
import { errorText } from './field-errors.js';
import { filledListOf, listOf, name, oneOf, orNull, positive, text, utcTime } from './fields.js';
import { WireError, wireType } from './wire-type.js';

const lower = text(/^[a-z]+$/, 'lower-case letters');
const ORDER = wireType(
  Type.Object({
    name: lower,
    count: positive,
    state: Type.Optional(oneOf('open', 'closed')),
    note: orNull(lower),
    lines: Type.Array(Type.Object({ item: lower }), { minItems: 1, maxItems: 300 }),
  }),
);
const GOOD = { name: 'a', count: 1, note: null, lines: [{ item: 'x' }] };
const fieldsOf = (value: unknown): string[] => ORDER.errors(value).map(({ field }) => field);

describe('a wire type', () => {
  it('takes fields that it does not know, at every level', () => {
    expect(ORDER.is({ ...GOOD, newer: 1, lines: [{ item: 'x', newer: 1 }] })).toBe(true);
    expect(ORDER.errors({ ...GOOD, newer: 1 })).toEqual([]);
  });

  it.each<[string, unknown, string[]]>([
    ['the value itself, if it is not an object', [], ['']],
    ['every field that is wrong', { ...GOOD, name: '', count: 0 }, ['name', 'count']],
    ['a field that is missing', { ...GOOD, note: undefined }, ['note']],
    ['an optional field that is there but wrong', { ...GOOD, state: 'x' }, ['state']],
    ['nothing about an optional field that is absent', { ...GOOD, name: 1 }, ['name']],
    [
      'the path into a list',
      { ...GOOD, lines: [{ item: 'x' }, { item: 1 }, 2] },
      ['lines.1.item', 'lines.2'],
    ],
    ['a list that is too short as a whole', { ...GOOD, lines: [] }, ['lines']],
    ['a list that is too long as a whole', { ...GOOD, lines: Array.from({ length: 301 }) }, ['lines']],
  ])('names %s', (_, value, fields) => {
    expect(ORDER.is(value)).toBe(false);
    expect(fieldsOf(value)).toEqual(fields);
  });

  it('says what was seen and what is allowed', () => {
    expect(ORDER.errors({ ...GOOD, state: 'ajar', note: 7 })).toEqual([
      { field: 'state', seen: 'ajar', allowed: 'open, closed' },
      { field: 'note', seen: 7, allowed: 'lower-case letters, or null' },
    ]);
  });

  it('names a limited number of errors and shows a limited part of what was seen', () => {
    const lines = Array.from({ length: 300 }, () => ({ item: 1 }));
    expect(ORDER.errors({ ...GOOD, lines })).toHaveLength(20);
    expect(ORDER.errors({ ...GOOD, name: 'A'.repeat(9999) })[0]?.seen).toHaveLength(257);
    expect(ORDER.errors({ ...GOOD, lines: Array.from({ length: 301 }) })[0]?.seen).toBe(
      'a list of 301 items',
    );
  });

  it('is parsed with an error that names the value and what is wrong with it', () => {
    expect(ORDER.parse(GOOD, 'the order')).toBe(GOOD);
    const work = (): unknown => ORDER.parse({ ...GOOD, count: -1 }, 'the order');
    expect(work).toThrow(WireError);
    expect(work).toThrow('the order is not acceptable: count must be a positive integer, seen -1');
  });
});

describe('the text of an error', () => {
  it('never holds what may be a secret', () => {
    const keys = wireType(Type.Object({ keys: Type.Array(Type.Object({ key: lower })) }));
    const [error] = keys.errors({ keys: [{ key: 'S3CRET' }] });
    expect(error?.field).toBe('keys.0.key');
    expect(error === undefined ? '' : errorText(error)).toBe(
      'keys.0.key must be lower-case letters, seen (secret)',
    );
  });
});

describe('the fields of wire types', () => {
  it.each<[string, unknown, boolean]>([
    ['a time in UTC', '2026-02-06T10:30:00.000Z', true],
    ['a time without fractions', '2026-02-06T10:30:00Z', true],
    ['a time with an offset', '2026-02-06T10:30:00+01:00', false],
    ['a time followed by text in brackets', '2026-02-06T10:30:00.000Z (x)', false],
    ['a day alone', '2026-02-06', false],
    ['a month that does not exist', '2026-13-06T10:30:00Z', false],
  ])('%s', (_, value, isTime) => {
    expect(wireType(utcTime).is(value)).toBe(isTime);
  });

  it('report a list of names as a whole', () => {
    const names = wireType(Type.Object({ all: listOf(name('server')), some: filledListOf(name('server')) }));
    expect(names.errors({ all: ['a', 'B'], some: [] })).toEqual([
      expect.objectContaining({
        field: 'all',
        allowed: expect.stringMatching(/^a list of lower-case/) as string,
      }),
      expect.objectContaining({
        field: 'some',
        allowed: expect.stringMatching(/^a non-empty list of/) as string,
      }),
    ]);
  });
});
