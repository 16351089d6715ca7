import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CheckedFile, isIntact } from './checked-file.js';

describe('CheckedFile', () => {
  let directory: string;
  let sut: CheckedFile<{ seq: number; host: string }>;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'checked-'));
    sut = new CheckedFile(join(directory, 'receipt'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('holds what was written last, also where that is shorter', () => {
    sut.write({ seq: 123_456, host: 'a-long-name-é' });
    sut.write({ seq: 7, host: '' });
    expect(sut.read()).toEqual({ value: { seq: 7, host: '' } });
  });

  it('says that it is missing', () => {
    expect(sut.read()).toEqual({ value: null, fault: 'missing' });
  });

  it('does not take a value for good in which a bit was flipped, whichever it is', () => {
    sut.write({ seq: 33, host: 'aws' });
    const bytes = readFileSync(sut.path).subarray(0, -1);
    expect(isIntact(bytes)).toBe(true);
    const harmless = Array.from({ length: bytes.length * 8 }, (_, bit) => bit).filter((bit) => {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      return isIntact(flipped);
    });
    expect(harmless).toEqual([]);
  });

  it.each([0, 1, 128, 255, 257])(
    'does not take a file that was cut or extended to %i bytes for good',
    (size) => {
      sut.write({ seq: 33, host: 'aws' });
      const bytes = Buffer.alloc(size, readFileSync(sut.path));
      writeFileSync(sut.path, bytes);
      expect(sut.read()).toEqual({ value: null, fault: 'damaged' });
    },
  );
});
