import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SpooledPart } from '#libs/contract';
import { AuditSpool } from './audit-spool.js';
import { endingOf, intend, localPart, refuse } from '../../../../test/support/audit-parts.js';
import { listSegments } from './spool-files.js';

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

describe('AuditSpool', () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'spool-'));
  });
  afterEach(() => {
    disk.failing = () => false;
    rmSync(directory, { recursive: true, force: true });
  });

  const open = (maxBytes = 64 * MIB): AuditSpool => new AuditSpool({ directory, maxBytes });
  const lines = (sut: AuditSpool): SpooledPart[] =>
    listSegments(join(directory, sut.boot))
      .flatMap(({ path }) => readFileSync(path, 'utf8').split('\n'))
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as SpooledPart);
  const told = (sut: AuditSpool): string[] =>
    lines(sut).map(({ seq, part }) => `${seq} ${part.phase} ${part.requestId}`);

  it('has each part on disk, numbered, when the call returns', () => {
    const sut = open();
    const a = intend(sut, localPart('a'));
    sut.recordOutcome(a, endingOf(localPart('a')));
    expect(told(sut)).toEqual(['1 intent a', '2 outcome a']);
  });

  it('starts a new segment every 4 MiB, and keeps every part', () => {
    const sut = open();
    for (let i = 0; i < 8000; i++) refuse(sut, localPart(`q${i}`));
    expect(sut.segments().length).toBeGreaterThan(1);
    expect(lines(sut).map((line) => line.seq)).toEqual(Array.from({ length: 8000 }, (_, i) => i + 1));
    for (const { size } of sut.segments()) expect(size).toBeLessThanOrEqual(4 * MIB);
  });

  it('carries an open intent on when the segment that holds it is deleted', () => {
    const sut = open();
    const long = intend(sut, localPart('long'));
    for (let i = 0; i < 8000; i++) refuse(sut, localPart(`q${i}`));
    const before = sut.usedBytes;
    const [first] = sut.segments();
    if (first !== undefined) sut.drop(first);
    expect(told(sut).at(-1)).toBe('8002 intent long');
    expect(sut.usedBytes).toBeLessThan(before);
    sut.recordOutcome(long, endingOf(localPart('long')));
    expect(told(sut).at(-1)).toBe('8003 outcome long');
  });

  it('refuses an intent when the spool is full, and keeps room for the outcome of each accepted one', () => {
    const sut = open(MIB);
    const accepted: ReturnType<AuditSpool['recordIntent']>[] = [];
    const fill = (): void => {
      for (let i = 0; ; i++) {
        accepted.push(intend(sut, localPart(`q${i}`, { tool: '\u0001'.repeat(300) })));
      }
    };
    expect(fill).toThrow('audit_unavailable');
    expect(accepted.length).toBeGreaterThan(10);
    for (const intent of accepted) sut.recordOutcome(intent, endingOf(localPart('q')));
    expect(sut.lost).toBe(0);
    expect(lines(sut)).toHaveLength(2 * accepted.length);
    expect(sut.usedBytes).toBeLessThanOrEqual(MIB);
  });

  it('counts what earlier processes left', () => {
    const earlier = open(MIB);
    for (let i = 0; i < 3000; i++) refuse(earlier, localPart(`q${i}`));
    expect(open(MIB).usedBytes).toBe(earlier.usedBytes);
  });

  it('a flood of refused requests stops the allowed ones', () => {
    const sut = open(MIB);
    for (let i = 0; i < 5000; i++) refuse(sut, localPart(`q${i}`, { status: 'denied' }));
    expect(sut.lost).toBeGreaterThan(0);
    expect(() => intend(sut, localPart('allowed'))).not.toThrow();
  });

  it('a caller decides how much room a record takes', () => {
    const sut = open();
    refuse(sut, localPart('a', { tool: 'x'.repeat(100_000), client: '\u0000'.repeat(100_000) }));
    expect(sut.segments()[0]?.size).toBeLessThan(4096);
    expect(lines(sut)[0]?.part.tool).toMatch(/^x+…$/);
  });

  it('refuses intents while the disk is full, but writes outcomes into the space kept back', () => {
    const sut = open();
    const a = intend(sut, localPart('a'));
    disk.failing = (bytes) => existsSync(join(directory, 'reserve')) || bytes > 2000;
    expect(() => intend(sut, localPart('b'))).toThrow('audit_unavailable');
    sut.recordOutcome(a, endingOf(localPart('a')));
    expect(told(sut)).toEqual(['1 intent a', '2 outcome a']);
    expect(() => intend(sut, localPart('c'))).toThrow('audit_unavailable');
  });

  it('leaves no half line behind when the disk fills up within a write', () => {
    const sut = open();
    intend(sut, localPart('a'));
    disk.failing = () => true;
    expect(() => intend(sut, localPart('b'))).toThrow('audit_unavailable');
    disk.failing = () => false;
    intend(sut, localPart('c'));
    expect(told(sut)).toEqual(['1 intent a', '2 intent c']);
  });

  it('holds an outcome back while the disk takes nothing, and writes it later', async () => {
    const sut = open();
    const a = intend(sut, localPart('a'));
    disk.failing = () => true;
    sut.recordOutcome(a, endingOf(localPart('a')));
    expect(told(sut)).toEqual(['1 intent a']);
    disk.failing = () => false;
    await vi.waitFor(() => expect(told(sut)).toEqual(['1 intent a', '2 outcome a']), { timeout: 5000 });
    expect(sut.lost).toBe(0);
  });
});
