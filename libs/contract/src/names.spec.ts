import { describe, expect, it } from 'vitest';
import { GLOB, globMatches } from './names.js';

describe('globs', () => {
  it.each([
    ['*', 'anything', true],
    ['mcp-*', 'mcp-m365', true],
    ['mcp-*', 'mcp-', true],
    ['mcp-*', 'mc', false],
    ['get_x', 'get_x', true],
    ['get_x', 'get_xy', false],
    ['get_x', 'GET_X', false],
  ])('%s against %s is %s', (pattern, text, expected) => {
    expect(globMatches(pattern, text)).toBe(expected);
  });

  it.each(['', '*a', 'a*b', '**', 'a**'])('%j is not a glob', (pattern) => {
    expect(GLOB.test(pattern)).toBe(false);
  });
});
