import { describe, expect, it } from 'vitest';
import { SsePosition } from '../index.js';

const IN_A_LINE = '\nevent: truncated\n\n';
const BETWEEN_LINES = 'event: truncated\n\n';

describe('SsePosition', () => {
  it.each([
    [[], ''],
    [['data: 1\n\n'], ''],
    [['data: 1\r\n\r\n'], ''],
    [['data: 1\r\r'], ''],
    [['data: 1\n\r'], ''],
    [['data: 1\r\n\r'], ''],
    [['data: 1\r\n\n'], ''],
    [['data: 1\n', '\n'], ''],
    [['data: 1\r\n', '\r', '\n'], ''],
    [['data: 1\n\n', 'data: {"a'], IN_A_LINE],
    [['data: 1\n'], BETWEEN_LINES],
    [['data: 1\r'], BETWEEN_LINES],
    [['data: 1\r\n'], BETWEEN_LINES],
    [['data: 1\r', '\n'], BETWEEN_LINES],
  ])('after %j an appended event needs %j', (chunks, expected) => {
    const sut = new SsePosition();
    for (const chunk of chunks) sut.note(Buffer.from(chunk));
    expect(sut.separator()).toBe(expected);
  });
});
