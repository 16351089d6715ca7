import { describe, expect, it } from 'vitest';
import { cursorKey, pageOf } from './page.js';

const key = (row: string): string[] => [row];
const same = (row: string): string => row;

describe('pageOf', () => {
  it('ends with the last row', () => {
    expect(pageOf(['a', 'b'], 2, key, same)).toEqual({ items: ['a', 'b'], nextCursor: null });
  });

  it('has a cursor to the row after the last one shown', () => {
    const page = pageOf(['a', 'ü/"', 'c'], 2, key, same);
    expect(page.items).toEqual(['a', 'ü/"']);
    expect(cursorKey(page.nextCursor ?? '', 1)).toEqual(['ü/"']);
  });
});

describe('cursorKey', () => {
  it.each([
    ['not base64url', '%%%'],
    ['not JSON', Buffer.from('{').toString('base64url')],
    ['from another list', Buffer.from('["a","b"]').toString('base64url')],
    ['with a number', Buffer.from('[1]').toString('base64url')],
    ['with a NUL', Buffer.from('["\\u0000"]').toString('base64url')],
  ])('refuses a cursor that is %s', (_, cursor) => {
    expect(() => cursorKey(cursor, 1)).toThrow('cursor is not valid');
  });
});
