import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AuditBatch, AuditReceipt } from '#libs/contract';
import { intend, localPart, refuse } from '../../../../test/support/audit-parts.js';
import { refuseMany } from '../../../../test/support/audit-spool.js';
import type { OutgoingBatch } from '../audit-transport.js';
import { AuditSpool } from '../spool/audit-spool.js';
import { extentFile } from '../spool/live-boot.js';
import { listBoots } from '../spool/spool-files.js';
import { AuditDelivery } from './audit-delivery.js';
import { claimBoot } from './boot-claim.js';

vi.mock('../spool/live-boot.js', async (importOriginal) => ({
  ...(await importOriginal<typeof import('../spool/live-boot.js')>()),
  BEAT_MS: 50,
}));
Logger.overrideLogger(false);

const PARTS = 33;
/** The segments of such a spool are of 64 KiB. */
const SMALL_SPOOL = 1024 * 1024;

const flip = (path: string, bit: number): void => {
  const bytes = readFileSync(path);
  bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  writeFileSync(path, bytes);
};
const half = (path: string): void => truncateSync(path, readFileSync(path).length / 2);

describe('a damaged audit spool', () => {
  let directory: string;
  let isAway: boolean;
  let stored: Set<string>;
  const running: AuditDelivery[] = [];
  const said = vi.spyOn(Logger.prototype, 'error');
  const warned = vi.spyOn(Logger.prototype, 'warn');

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'spool-'));
    [isAway, stored] = [true, new Set()];
    said.mockClear();
    warned.mockClear();
  });
  afterEach(async () => {
    isAway = true;
    await Promise.all(running.splice(0).map((delivery) => delivery.beforeApplicationShutdown()));
    rmSync(directory, { recursive: true, force: true });
  });

  function deliver(outgoing: OutgoingBatch): Promise<AuditReceipt> {
    if (isAway) return Promise.reject(new Error('ECONNREFUSED'));
    const { boot, records } = JSON.parse(outgoing.body().toString()) as AuditBatch;
    for (const { part } of records) stored.add(part.requestId);
    return Promise.resolve({ boot, seq: records.at(-1)?.seq ?? 0 });
  }

  function start(maxBytes = 64 * 1024 * 1024): { spool: AuditSpool; sut: AuditDelivery } {
    const options = { directory, maxBytes };
    const spool = new AuditSpool(options);
    const sut = new AuditDelivery(spool, { deliver }, options);
    sut.onApplicationBootstrap();
    running.push(sut);
    return { spool, sut };
  }

  /** A process that has recorded 33 refusals, none of them delivered, and has ended. @returns its files, by name */
  async function deadBoot(): Promise<{ path: (name: string) => string; segment: string }> {
    const { spool, sut } = start();
    for (let i = 1; i <= PARTS; i++) refuse(spool, localPart(`q${i}`));
    await sut.beforeApplicationShutdown();
    spool.onApplicationShutdown();
    const path = (name: string): string => join(directory, spool.boot, name);
    const [segment = ''] = readdirSync(path('')).filter((name) => name.endsWith('.log'));
    return { path, segment: path(segment) };
  }

  /** Starts the next process, connected. @returns its spool, when it has delivered all that there is. */
  async function deliverRest(): Promise<AuditSpool> {
    isAway = false;
    const { spool } = start();
    await vi.waitFor(() => expect(listBoots(directory)).toEqual([spool.boot]), { timeout: 10_000 });
    return spool;
  }

  it.each<[string, (path: string) => void]>([
    ['emptied', (path) => truncateSync(path)],
    ['missing', (path) => rmSync(path)],
  ])('whose segment is %s has lost every part, and says which', async (_, damage) => {
    const { segment } = await deadBoot();
    damage(segment);
    expect((await deliverRest()).lost).toBe(PARTS);
    expect(said.mock.calls.flat().join()).toContain(`Audit parts 1 to ${PARTS} of boot`);
  });

  it('whose segment was cut in half counts what is missing from it', async () => {
    const { segment } = await deadBoot();
    half(segment);
    const spool = await deliverRest();
    expect(stored.size).toBeGreaterThan(10);
    expect(spool.lost).toBe(PARTS - stored.size);
    expect(said.mock.calls.flat().join()).toContain(`Audit parts ${stored.size + 1} to ${PARTS}`);
  });

  it('delivers every part but those in which a bit was flipped, wherever it was', async () => {
    const { segment } = await deadBoot();
    const bits = readFileSync(segment).length * 8;
    for (const share of [0.05, 0.5, 0.95]) flip(segment, Math.floor(bits * share));
    const spool = await deliverRest();
    expect(spool.lost).toBe(3);
    expect(stored.size).toBe(PARTS - 3);
  });

  it.each([
    ['receipt', 'emptied', (path: string) => truncateSync(path)],
    ['receipt', 'missing', (path: string) => rmSync(path)],
    ['receipt', 'flipped', (path: string) => flip(path, 16 * 8)],
    ['extent', 'emptied', (path: string) => truncateSync(path)],
    ['extent', 'cut', half],
    ['extent', 'flipped', (path: string) => flip(path, 80 * 8)],
  ])(
    'whose %s is %s loses nothing, and says so',
    async (name, _, damage) => {
      const { path } = await deadBoot();
      damage(path(name));
      const spool = await deliverRest();
      expect([stored.size, spool.lost]).toEqual([PARTS, 0]);
      expect(warned.mock.calls.flat().join()).toContain(path(name));
    },
    30_000,
  );

  it('with a segment missing in the middle counts just its parts', async () => {
    const { spool, sut } = start(SMALL_SPOOL);
    for (let i = 0; i < 4; i++) refuseMany(spool, 100);
    const [, missing, next] = spool.segments();
    if (missing === undefined || next === undefined) throw new Error('too few segments');
    await sut.beforeApplicationShutdown();
    spool.onApplicationShutdown();
    rmSync(missing.path);
    expect((await deliverRest()).lost).toBe(next.firstSeq - missing.firstSeq);
  });

  it('of a running process goes on in a new segment when the current one is removed', async () => {
    isAway = false;
    const { spool, sut } = start();
    refuse(spool, localPart('gone'));
    spool.flush();
    rmSync(spool.segments()[0]?.path ?? '');
    await sut.flush(5000);
    expect(spool.lost).toBe(1);
    refuse(spool, localPart('kept'));
    expect(await sut.flush(5000)).toBe(true);
    expect([...stored]).toEqual(['kept']);
    expect(spool.lost).toBe(1);
  });
});

describe('the boot of a process that lives', () => {
  let directory: string;
  const stored: string[] = [];
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'spool-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const options = () => ({ directory, maxBytes: 64 * 1024 * 1024 });
  const transport = {
    deliver: (outgoing: OutgoingBatch): Promise<AuditReceipt> => {
      const { boot, records } = JSON.parse(outgoing.body().toString()) as AuditBatch;
      for (const { part } of records) stored.push(`${part.requestId} ${part.phase} ${part.status}`);
      return Promise.resolve({ boot, seq: records.at(-1)?.seq ?? 0 });
    },
  };

  it('is neither delivered nor removed by another, even on one directory, until the process has ended', async () => {
    const living = new AuditSpool(options());
    const intent = intend(living, localPart('a'));
    await intent.written;
    const other = new AuditDelivery(new AuditSpool(options()), transport, options());
    other.onApplicationBootstrap();
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(stored).toEqual([]);
    expect(existsSync(living.segments()[0]?.path ?? '')).toBe(true);
    living.onApplicationShutdown();
    await vi.waitFor(() => expect(other.pendingBoots).toBe(0), { timeout: 5000 });
    expect(stored).toEqual(['a intent unknown', 'a outcome unknown']);
    await other.beforeApplicationShutdown();
  }, 15_000);

  it('is left alone while it shows signs of life, if it ran under another kernel and its lock says nothing', async () => {
    const gone = new AuditSpool(options());
    const boot = join(directory, gone.boot);
    gone.onApplicationShutdown();
    const extent = { kernel: 'another', written: 0, freed: 0, closing: null };
    const file = extentFile(boot);
    let beat = 0;
    const beating = setInterval(() => file.write({ ...extent, beat: beat++ }), 10);
    file.write({ ...extent, beat: beat++ });
    expect(await claimBoot(boot, 100)).toBeNull();
    clearInterval(beating);
    const lock = await claimBoot(boot, 100);
    expect(lock).not.toBeNull();
    lock?.release();
  });
});
