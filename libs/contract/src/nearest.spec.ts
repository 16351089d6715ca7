import { describe, expect, it } from 'vitest';
import { nearest } from './nearest.js';

describe('nearest', () => {
  it.each([
    ['tool/call', ['tools/list', 'tools/call', 'ping'], 'tools/call'],
    ['Tools/Call', ['tools/list', 'tools/call'], 'tools/call'],
    ['no-such-server', ['mcp-m365', 'mcp-legacy'], null],
    ['mcp-m356', ['mcp-m365', 'mcp-m366'], 'mcp-m366'],
    ['aws', ['azure', 'aws2', 'onprem'], 'aws2'],
    ['x', [], null],
    ['mcp-m365', ['mcp-m365'], null],
    ['a'.repeat(129), ['a'.repeat(128)], null],
  ])('of %s among %j is %s', (written, candidates, expected) => {
    expect(nearest(written, candidates)).toBe(expected);
  });
});
