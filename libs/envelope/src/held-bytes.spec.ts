import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeldBytes } from './index.js';

const chunks = fc.array(
  fc.uint8Array({ maxLength: 5000 }).map((bytes) => Buffer.from(bytes)),
  { maxLength: 8 },
);

describe('HeldBytes', () => {
  it('puts chunks together, and changes none of them', () => {
    fc.assert(
      fc.property(chunks, chunks, (first, second) => {
        const sut = new HeldBytes(100_000);
        for (const part of [first, second]) {
          const whole = Buffer.concat(part);
          for (const chunk of part) expect(sut.add(chunk)).toBe(true);
          expect(sut.take().equals(whole)).toBe(true);
          expect(Buffer.concat(part).equals(whole)).toBe(true);
        }
      }),
    );
  });

  it('holds as much as it may, and no byte more', () => {
    const sut = new HeldBytes(3);
    expect([sut.add(Buffer.from('ab')), sut.add(Buffer.from('cd')), sut.add(Buffer.from('c'))]).toEqual([
      true,
      false,
      true,
    ]);
    expect(sut.take().toString()).toBe('abc');
  });

  it('takes no object and no room for each byte of a body in one-byte chunks', () => {
    const sut = new HeldBytes(4 * 1024 * 1024);
    const byte = Buffer.alloc(1);
    const before = process.memoryUsage().rss;
    for (let i = 0; i < 1_000_000; i++) sut.add(byte);
    expect(process.memoryUsage().rss - before).toBeLessThan(50_000_000);
    expect(sut.take().length).toBe(1_000_000);
  });
});
