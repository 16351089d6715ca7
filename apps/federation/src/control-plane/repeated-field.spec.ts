import { describe, expect, it } from 'vitest';
import { repeatedField } from './repeated-field.js';

const many = (count: number): string => `{${Array.from({ length: count }, (_, i) => `"k${i}":0`).join()}}`;

describe('repeatedField', () => {
  it.each([
    ['{"a":1,"a":2}', 'a'],
    ['{"a":1,"\\u0061":2}', 'a'],
    ['{"a":{"b":1,"c":[1,{"d":1,"d":2}]}}', 'a.c.1.d'],
    ['[{"a":1},{"b":1,"b":1}]', '1.b'],
    ['{"__proto__":1,"__proto__":2}', '__proto__'],
    ['{"a":"x","b":"}","a":3}', 'a'],
  ])('of %s is %s', (json, field) => expect(repeatedField(json)).toBe(field));

  it.each([
    '{"a":"a","b":"a"}',
    '{"a":{"a":{"a":1}},"b":{"a":1}}',
    '[{"a":1},{"a":1}]',
    '{"a":"\\"a\\":","b":"{\\"a\\":1,"}',
    '{"A":1,"a":1}',
    '"a"',
    '[]',
  ])('is not in %s', (json) => expect(repeatedField(json)).toBeNull());

  it('is found in time that grows no faster than the text', () => {
    expect(repeatedField(many(100_000))).toBeNull();
    expect(repeatedField(`{"a":"${'\\"'.repeat(500_000)}"}`)).toBeNull();
  });
});
