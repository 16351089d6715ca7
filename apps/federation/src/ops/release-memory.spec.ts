import { memoryUsage } from 'node:process';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { releaseMemory } from './release-memory.js';

const MEGABYTE = 1024 * 1024;

/** Allocates as loading a program does. @returns bytes of the heap after it. */
function heapAfterGarbage(): number {
  const kept: object[][] = [];
  for (let i = 0; i < 40; i++) kept.push(Array.from({ length: 20_000 }, (_, n) => ({ n, i })));
  return memoryUsage().heapTotal;
}

describe('releaseMemory', () => {
  it('gives back to the system what garbage took', () => {
    const before = heapAfterGarbage();
    releaseMemory();
    expect(memoryUsage().heapTotal).toBeLessThan(before - 20 * MEGABYTE);
  });

  it('leaves no garbage collector within reach of scripts', () => {
    releaseMemory();
    expect(runInNewContext('typeof gc')).toBe('undefined');
  });
});
