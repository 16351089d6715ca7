import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { ndjsonLines } from './ndjson-lines.js';

const TEXT = '{"a":"ä"}\n{"b":"\u2028 \r"}\n{"c":1}';

describe('ndjsonLines', () => {
  it.each([1, 2, 3, 7, 1000])('splits at newlines only, whatever the chunks: %i byte(s)', async (size) => {
    const bytes = Buffer.from(TEXT);
    const chunks: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
    const lines: string[] = [];
    for await (const line of ndjsonLines(Readable.from(chunks))) lines.push(line);
    expect(lines).toEqual(TEXT.split('\n'));
  });
});
