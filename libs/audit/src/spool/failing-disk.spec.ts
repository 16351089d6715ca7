import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { intend, localPart } from '../../../../test/support/audit-parts.js';
import { end, linesOf, refuseMany, told, writtenIntent } from '../../../../test/support/audit-spool.js';
import { AuditSpool } from './audit-spool.js';

const disk = vi.hoisted(() => ({ failing: (_bytes: number): boolean => false }));

const full = vi.hoisted(() => (): never => {
  throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
});

vi.mock('node:fs', async (importOriginal) => {
  const fs = await importOriginal<typeof import('node:fs')>();
  return {
    ...fs,
    writeSync: (file: number, bytes: Buffer, offset: number, length: number, position: number): number => {
      if (!disk.failing(length)) return fs.writeSync(file, bytes, offset, length, position);
      if (length > 10) return fs.writeSync(file, bytes, offset, 10, position);
      return full();
    },
    writeFileSync: (...args: Parameters<typeof fs.writeFileSync>): void =>
      disk.failing((args[1] as Buffer).length) ? full() : fs.writeFileSync(...args),
  };
});

const MIB = 1024 * 1024;
Logger.overrideLogger(false);

describe('AuditSpool while the disk fails', () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'spool-'));
  });
  afterEach(() => {
    vi.useRealTimers();
    disk.failing = () => false;
    rmSync(directory, { recursive: true, force: true });
  });

  const open = (maxBytes = 64 * MIB): AuditSpool => new AuditSpool({ directory, maxBytes });

  it('refuses intents, but writes outcomes into the space kept back', async () => {
    const sut = open();
    const a = await writtenIntent(sut, 'a');
    disk.failing = (bytes) => existsSync(join(directory, 'reserve')) || bytes > 2000;
    await expect(intend(sut, localPart('b')).written).rejects.toThrow('audit_unavailable');
    end(sut, a);
    sut.flush();
    expect(told(sut)).toEqual(['1 intent a', '2 outcome a']);
    await expect(intend(sut, localPart('c')).written).rejects.toThrow('audit_unavailable');
  });

  it('refuses every intent of a group, and writes the outcomes in it all the same', async () => {
    const sut = open();
    const a = await writtenIntent(sut, 'a');
    disk.failing = () => existsSync(join(directory, 'reserve'));
    end(sut, a);
    const [b, c] = [intend(sut, localPart('b')), intend(sut, localPart('c'))];
    const results = await Promise.allSettled([b.written, c.written]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(told(sut)).toEqual(['1 intent a', '2 outcome a']);
    disk.failing = () => false;
    await vi.waitFor(() => writtenIntent(sut, 'd'), { timeout: 2000 });
    expect(told(sut).at(-1)).toBe('3 intent d');
    expect(sut.lost).toBe(0);
  });

  it('records a request whose intent was refused as a refused one', async () => {
    const sut = open();
    disk.failing = () => true;
    const intent = intend(sut, localPart('a'));
    await expect(intent.written).rejects.toThrow('audit_unavailable');
    disk.failing = () => false;
    end(sut, intent);
    sut.flush();
    expect(linesOf(sut)).toMatchObject([{ seq: 1, part: { phase: 'outcome', requestId: 'a' } }]);
    expect(linesOf(sut)[0]?.replaces).toBeUndefined();
  });

  it('leaves no half line behind when the disk fills up within a write', async () => {
    const sut = open();
    await writtenIntent(sut, 'a');
    disk.failing = () => true;
    await expect(intend(sut, localPart('b')).written).rejects.toThrow('audit_unavailable');
    disk.failing = () => false;
    await writtenIntent(sut, 'c');
    expect(told(sut)).toEqual(['1 intent a', '2 intent c']);
  });

  it('holds an outcome back while the disk takes nothing, and writes it later', async () => {
    const sut = open();
    const a = await writtenIntent(sut, 'a');
    disk.failing = () => true;
    end(sut, a);
    sut.flush();
    expect(told(sut)).toEqual(['1 intent a']);
    disk.failing = () => false;
    await vi.waitFor(() => expect(told(sut)).toEqual(['1 intent a', '2 outcome a']), { timeout: 5000 });
    expect(sut.lost).toBe(0);
  });

  it('writes outcomes that it held back before the next intents', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'Date'] });
    const sut = open();
    const a = await writtenIntent(sut, 'a');
    disk.failing = () => true;
    end(sut, a);
    sut.flush();
    disk.failing = () => false;
    vi.setSystemTime(Date.now() + 1000);
    await writtenIntent(sut, 'b');
    expect(told(sut)).toEqual(['1 intent a', '2 outcome a', '3 intent b']);
  });

  it('keeps the segment of an intent that cannot be carried on, and what its outcome replaces', async () => {
    const sut = open();
    const long = await writtenIntent(sut, 'long');
    refuseMany(sut, 8000);
    const [first] = sut.segments();
    disk.failing = () => true;
    expect(() => first !== undefined && sut.drop(first)).toThrow('ENOSPC');
    disk.failing = () => false;
    expect(sut.segments()[0]).toBe(first);
    end(sut, long);
    sut.flush();
    expect(linesOf(sut).at(-1)).toMatchObject({ seq: 8002, replaces: 1 });
  });

  it('takes a request whose intent could not be written for a refused one', async () => {
    const sut = open(MIB);
    disk.failing = () => true;
    const intent = intend(sut, localPart('a'));
    await expect(intent.written).rejects.toThrow('audit_unavailable');
    disk.failing = () => false;
    refuseMany(sut, 5000);
    for (let i = 0; i < 20; i++) refuseMany(sut, 100);
    const { lost } = sut;
    end(sut, intent);
    expect(sut.lost).toBe(lost + 1);
  });
});
