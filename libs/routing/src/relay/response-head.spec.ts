import { describe, expect, it } from 'vitest';
import { readServerTiming } from './response-head.js';

describe('readServerTiming', () => {
  it.each([
    ['handling;desc="azure";dur=9.5, mcp;desc="m365";dur=200.0', { handling: 9.5, upstream: 200 }],
    ['handling;desc="azure";dur=3', { handling: 3, upstream: 0 }],
    ['mcp;desc="m365";dur=200.0', null],
    ['cache;dur=1', null],
    ['', null],
    [undefined, null],
  ])('reads %j', (text, expected) => expect(readServerTiming(text)).toEqual(expected));
});
