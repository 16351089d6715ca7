import { describe, expect, it } from 'vitest';
import { isNestedDeeper } from './body-nesting.js';

const deeperThanTwo = (json: string): boolean => isNestedDeeper(Buffer.from(json), 2);

describe('isNestedDeeper', () => {
  it.each([
    ['three arrays', '[[[]]]', true],
    ['arrays and objects mixed', '{"a":[{}]}', true],
    ['what opens behind a string', '{"a]}":[["b"]]}', true],
    ['what opens behind an escaped quote', '["\\"",[["x"]]]', true],
    ['as many as allowed', '{"a":[]}', false],
    ['many side by side', '[[],[],{},[]]', false],
    ['brackets in a string', '["[[[[{{{"]', false],
    ['brackets behind an escaped quote in a string', '["\\"[[["]', false],
    ['a string that does not end', '["[[[[', false],
    ['no container', '"x"', false],
  ])('recognises %s', (_, json, expected) => {
    expect(deeperThanTwo(json)).toBe(expected);
  });
});
