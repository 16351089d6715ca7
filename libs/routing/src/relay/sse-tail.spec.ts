import { describe, expect, it } from 'vitest';
import { SseTail } from './sse-tail.js';

const CUT = '\nevent: truncated\n\n';

describe('SseTail', () => {
  it.each([
    [[], ''],
    [['data: 1\n\n'], ''],
    [['data: 1\r\n\r\n'], ''],
    [['data: 1\r\r'], ''],
    [['data: 1\n', '\n'], ''],
    [['data: 1\r\n', '\r', '\n'], ''],
    [['data: 1\n\n', 'data: {"a'], CUT],
    [['data: 1\n'], CUT],
    [['data: 1\r\n'], CUT],
  ])('after %j an appended event needs %j', (chunks, expected) => {
    const sut = new SseTail();
    for (const chunk of chunks) sut.note(Buffer.from(chunk));
    expect(sut.separator()).toBe(expected);
  });
});
