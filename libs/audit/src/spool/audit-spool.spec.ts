import { mkdtempSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { endingOf, intend, intentOf, localPart, refuse } from '../../../../test/support/audit-parts.js';
import {
  end,
  linesOf,
  refuseMany,
  told,
  writtenIntent,
  type Intent,
} from '../../../../test/support/audit-spool.js';
import { AuditSpool } from './audit-spool.js';

vi.mock('node:fs', { spy: true });
const writes = vi.mocked(writeSync);

const MIB = 1024 * 1024;
Logger.overrideLogger(false);

describe('AuditSpool', () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'spool-'));
  });
  afterEach(() => {
    vi.useRealTimers();
    rmSync(directory, { recursive: true, force: true });
  });

  const open = (maxBytes = 64 * MIB): AuditSpool => new AuditSpool({ directory, maxBytes });

  describe('on disk', () => {
    it('has the parts as they were recorded, numbered; an outcome names its intent', async () => {
      const sut = open();
      const part = localPart('a', { user: 'a"b\\c\u0001é\ud800' });
      const intent = intend(sut, part);
      await intent.written;
      sut.recordOutcome(intent, endingOf(part));
      sut.flush();
      const expected = { ...part, user: 'a"b\\c\u0001é\ud800' };
      expect(linesOf(sut)).toEqual([
        { seq: 1, part: { ...intentOf(expected), httpStatus: null, bytesOut: 0 } },
        { seq: 2, replaces: 1, part: expected },
      ]);
    });

    it('has an intent before its request may leave', async () => {
      const sut = open();
      const { written } = intend(sut, localPart('a'));
      expect(told(sut)).toEqual([]);
      await written;
      expect(told(sut)).toEqual(['1 intent a']);
    });

    it('has all parts of one turn by one write, under one promise', async () => {
      const sut = open();
      const earlier = await writtenIntent(sut, 'a');
      writes.mockClear();
      end(sut, earlier);
      refuse(sut, localPart('b'));
      const [c, d] = [intend(sut, localPart('c')), intend(sut, localPart('d'))];
      expect(c.written).toBe(d.written);
      await c.written;
      expect(told(sut)).toEqual(['1 intent a', '2 outcome a', '3 outcome b', '4 intent c', '5 intent d']);
      expect(writes).toHaveBeenCalledTimes(1);
    });

    it('has an outcome within 20 ms although no other request comes', async () => {
      const sut = open();
      const intent = await writtenIntent(sut, 'a');
      vi.useFakeTimers({ toFake: ['setTimeout'] });
      end(sut, intent);
      expect(told(sut)).toEqual(['1 intent a']);
      vi.advanceTimersByTime(20);
      expect(told(sut)).toEqual(['1 intent a', '2 outcome a']);
    });

    it('has the outcome of a request whose caller left before its intent was written', async () => {
      const sut = open();
      const intent = intend(sut, localPart('a'));
      end(sut, intent);
      await intent.written;
      expect(linesOf(sut)).toMatchObject([{ seq: 1 }, { seq: 2, replaces: 1 }]);
    });

    it('has everything when the process shuts down', async () => {
      const sut = open();
      const intent = await writtenIntent(sut, 'a');
      refuse(sut, localPart('b'));
      sut.onApplicationShutdown();
      end(sut, intent);
      expect(told(sut)).toEqual(['1 intent a', '2 outcome b', '3 outcome a']);
    });

    it('is in segments of at most 4 MiB', () => {
      const sut = open();
      refuseMany(sut, 8000);
      expect(sut.segments().length).toBeGreaterThan(1);
      expect(linesOf(sut).map((line) => line.seq)).toEqual(Array.from({ length: 8000 }, (_, i) => i + 1));
      for (const { size } of sut.segments()) expect(size).toBeLessThanOrEqual(4 * MIB);
    });

    it('carries an open intent on when the segment that holds it is deleted', async () => {
      const sut = open();
      const long = await writtenIntent(sut, 'long');
      refuseMany(sut, 8000);
      const before = sut.usedBytes;
      const [first] = sut.segments();
      if (first !== undefined) sut.drop(first);
      expect(told(sut).at(-1)).toBe('8002 intent long');
      expect(linesOf(sut).at(-1)?.replaces).toBe(1);
      expect(sut.usedBytes).toBeLessThan(before);
      end(sut, long);
      sut.flush();
      expect(told(sut).at(-1)).toBe('8003 outcome long');
      expect(linesOf(sut).at(-1)?.replaces).toBe(8002);
    });

    it('carries no intent on whose outcome is on disk', async () => {
      const sut = open();
      end(sut, await writtenIntent(sut, 'short'));
      refuseMany(sut, 8000);
      const [first] = sut.segments();
      if (first !== undefined) sut.drop(first);
      expect(told(sut).at(-1)).toBe('8002 outcome q7999');
    });

    it('carries an intent on while its outcome is not on disk yet', async () => {
      const sut = open();
      const long = await writtenIntent(sut, 'long');
      refuseMany(sut, 8000);
      end(sut, long);
      const [first] = sut.segments();
      if (first !== undefined) sut.drop(first);
      sut.flush();
      expect(told(sut).slice(-2)).toEqual(['8002 intent long', '8003 outcome long']);
    });
  });

  describe('when its room ends', () => {
    it('refuses an intent, and keeps room for the outcome of each accepted one', () => {
      const sut = open(MIB);
      const accepted: Intent[] = [];
      const fill = (): void => {
        for (let i = 0; ; i++) accepted.push(intend(sut, localPart(`q${i}`, { tool: '\u0001'.repeat(300) })));
      };
      expect(fill).toThrow('audit_unavailable');
      expect(accepted.length).toBeGreaterThan(10);
      for (const intent of accepted) end(sut, intent);
      sut.flush();
      expect(sut.lost).toBe(0);
      expect(linesOf(sut)).toHaveLength(2 * accepted.length);
      expect(sut.usedBytes).toBeLessThanOrEqual(MIB);
    });

    it('is in segments small enough that a spool of 1 MiB can delete some while it writes others', () => {
      const sut = open(MIB);
      refuseMany(sut, 500);
      expect(sut.segments().length).toBeGreaterThan(3);
      const before = sut.usedBytes;
      for (const segment of sut.segments().slice(0, -1)) expect(sut.drop(segment)).toBe(true);
      expect(before - sut.usedBytes).toBeGreaterThan(before / 4);
    });

    it('keeps the current segment when it was delivered, but deletes it once requests are refused for want of room', async () => {
      const sut = open(MIB);
      const long = await writtenIntent(sut, 'long');
      const [current] = sut.segments();
      if (current === undefined) throw new Error('no segment');
      expect(sut.drop(current)).toBe(false);
      const fill = (): void => {
        for (let i = 0; ; i++) intend(sut, localPart(`q${i}`));
      };
      expect(fill).toThrow('audit_unavailable');
      expect(sut.isRefusing).toBe(true);
      expect(sut.drop(current)).toBe(true);
      expect(told(sut).some((line) => line.endsWith('intent long'))).toBe(true);
      end(sut, long);
    });

    it('refuses no more once there is room, also if nobody asks', async () => {
      const sut = open(MIB);
      const accepted: Intent[] = [];
      const fill = (): void => {
        for (let i = 0; ; i++) accepted.push(intend(sut, localPart(`q${i}`)));
      };
      expect(fill).toThrow('audit_unavailable');
      for (const intent of accepted) end(sut, intent);
      sut.flush();
      for (const segment of sut.segments().slice(0, -1)) sut.drop(segment);
      await vi.waitFor(() => expect(sut.isRefusing).toBe(false), { timeout: 2000 });
    });

    it('counts what earlier processes left', () => {
      const earlier = open(MIB);
      refuseMany(earlier, 3000);
      expect(open(MIB).usedBytes).toBe(earlier.usedBytes);
    });

    it('still takes allowed requests after a flood of refused ones', async () => {
      const sut = open(MIB);
      refuseMany(sut, 5000);
      expect(sut.lost).toBeGreaterThan(0);
      await expect(intend(sut, localPart('allowed')).written).resolves.toBeUndefined();
    });

    it('lets no caller decide how much room a record takes', () => {
      const sut = open();
      const hop = `aws->${'y'.repeat(100_000)}`;
      refuse(sut, localPart('a', { tool: 'x'.repeat(100_000), client: '\u0000'.repeat(100_000), hop }));
      sut.flush();
      expect(sut.segments()[0]?.size).toBeLessThan(4096);
      expect(linesOf(sut)[0]?.part.tool).toMatch(/^x+…$/);
      expect(linesOf(sut)[0]?.part.hop).toMatch(/^aws->y+…$/);
    });
  });
});
