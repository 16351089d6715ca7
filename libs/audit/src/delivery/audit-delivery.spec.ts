import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AuditBatch, AuditReceipt, SpooledPart } from '#libs/contract';
import { CHECKSUM_BYTES } from '#libs/storage';
import { AuditBatchRefused, type AuditTransport, type OutgoingBatch } from '../audit-transport.js';
import { AuditSpool } from '../spool/audit-spool.js';
import { endingOf, intend, localPart, refuse } from '../../../../test/support/audit-parts.js';
import { listBoots } from '../spool/spool-files.js';
import { AuditDelivery } from './audit-delivery.js';

Logger.overrideLogger(false);

/** Stands for the control plane in the unit tier. */
class StoreOfTest implements AuditTransport {
  readonly batches: AuditBatch[] = [];
  readonly bodies: string[] = [];
  away = false;
  poison: string | null = null;
  firstOnly = false;

  deliver(outgoing: OutgoingBatch): Promise<AuditReceipt> {
    const batch = batchOf(outgoing);
    if (batch === null) return Promise.reject(new AuditBatchRefused('The body is not JSON'));
    if (this.away) return Promise.reject(new Error('ECONNREFUSED'));
    if (batch.records.some((record) => record.part.requestId === this.poison)) {
      return Promise.reject(new AuditBatchRefused('records.0.part.tool'));
    }
    const records = this.firstOnly ? batch.records.slice(0, 1) : batch.records;
    this.batches.push({ ...batch, records });
    this.bodies.push(outgoing.body().toString());
    return Promise.resolve({ boot: batch.boot, seq: records.at(-1)?.seq ?? 0 });
  }

  get records(): SpooledPart[] {
    return this.batches.flatMap((batch) => batch.records);
  }

  get told(): string[] {
    return this.records.map(({ part }) => `${part.requestId} ${part.phase} ${part.status}`);
  }
}

function batchOf(outgoing: OutgoingBatch): AuditBatch | null {
  try {
    return JSON.parse(outgoing.body().toString()) as AuditBatch;
  } catch {
    return null;
  }
}

describe('AuditDelivery', () => {
  let directory: string;
  let store: StoreOfTest;
  const running: AuditDelivery[] = [];

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'spool-'));
    store = new StoreOfTest();
  });
  afterEach(async () => {
    store.away = true;
    await Promise.all(running.splice(0).map((delivery) => delivery.beforeApplicationShutdown()));
    rmSync(directory, { recursive: true, force: true });
  });

  function start(): { spool: AuditSpool; sut: AuditDelivery } {
    const options = { directory, maxBytes: 256 * 1024 * 1024 };
    const spool = new AuditSpool(options);
    const sut = new AuditDelivery(spool, store, options);
    sut.onApplicationBootstrap();
    running.push(sut);
    return { spool, sut };
  }

  async function end({ spool, sut }: ReturnType<typeof start>): Promise<void> {
    await sut.beforeApplicationShutdown();
    spool.onApplicationShutdown();
  }

  it('delivers what is recorded, in order, and nothing twice', async () => {
    const { spool } = start();
    const a = intend(spool, localPart('a'));
    await vi.waitFor(() => expect(store.told).toHaveLength(1), { timeout: 5000 });
    spool.recordOutcome(a, endingOf(localPart('a')));
    await vi.waitFor(() => expect(store.told).toHaveLength(2), { timeout: 5000 });
    refuse(spool, localPart('b'));
    await vi.waitFor(() => expect(store.told).toHaveLength(3), { timeout: 5000 });
    expect(store.records.map((record) => record.seq)).toEqual([1, 2, 3]);
  });

  it('sends the lines of the spool as they are', async () => {
    const { spool, sut } = start();
    refuse(spool, localPart('a', { user: 'é"\\\u0001😀', tool: '\ud800' }));
    refuse(spool, localPart('b'));
    expect(await sut.flush(5000)).toBe(true);
    const lines = readFileSync(spool.segments()[0]?.path ?? '', 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => line.slice(CHECKSUM_BYTES));
    expect(store.bodies).toEqual([`{"boot":"${spool.boot}","records":[${lines.join(',')}]}`]);
  });

  it('leaves out an intent whose outcome is in the same batch', async () => {
    const { spool, sut } = start();
    const [a, b] = [intend(spool, localPart('a')), intend(spool, localPart('b'))];
    spool.recordOutcome(b, endingOf(localPart('b')));
    expect(await sut.flush(5000)).toBe(true);
    expect(store.told).toEqual(['a intent unknown', 'b outcome success']);
    spool.recordOutcome(a, endingOf(localPart('a')));
    expect(await sut.flush(5000)).toBe(true);
    expect(store.told).toEqual(['a intent unknown', 'b outcome success', 'a outcome success']);
  });

  it('loses no outcome when the receipt ends between it and its intent', async () => {
    store.firstOnly = true;
    const { spool, sut } = start();
    const [a, b] = [intend(spool, localPart('a')), intend(spool, localPart('b'))];
    spool.recordOutcome(b, endingOf(localPart('b')));
    spool.recordOutcome(a, endingOf(localPart('a')));
    expect(await sut.flush(5000)).toBe(true);
    expect(store.told).toEqual(['b outcome success', 'a outcome success']);
  });

  it.each([
    ['has another checksum', (line: string) => `x${line.slice(1)}`],
    ['is no JSON inside', (line: string) => line.replace('"tool":', '"tool"\0')],
    ['tells of another user', (line: string) => line.replace('alice', 'elice')],
  ])('counts a line that %s as lost, says so, and delivers all others', async (_, damage) => {
    const error = vi.spyOn(Logger.prototype, 'error');
    store.away = true;
    const dead = start();
    for (let i = 0; i < 5; i++) refuse(dead.spool, localPart(`q${i}`));
    await end(dead);
    const path = dead.spool.segments()[0]?.path ?? '';
    const lines = readFileSync(path, 'utf8').split('\n');
    writeFileSync(path, lines.map((line, i) => (i === 2 ? damage(line) : line)).join('\n'));
    store.away = false;
    const { spool } = start();
    await vi.waitFor(() => expect(listBoots(directory)).toEqual([spool.boot]), { timeout: 10_000 });
    expect(store.records.map(({ part }) => part.requestId)).toEqual(['q0', 'q1', 'q3', 'q4']);
    expect(spool.lost).toBe(1);
    expect(error.mock.calls.flat()).toContain(
      `Audit parts 3 to 3 of boot ${dead.spool.boot} are lost: they are damaged or missing in ${path}`,
    );
    expect(existsSync(join(directory, 'refused.log'))).toBe(false);
  });

  it('keeps everything while the control plane is away, delivers it after, and frees the disk', async () => {
    store.away = true;
    const { spool, sut } = start();
    for (let i = 0; i < 12_000; i++) refuse(spool, localPart(`q${i}`));
    expect(await sut.flush(5000)).toBe(false);
    const used = spool.usedBytes;
    store.away = false;
    expect(await sut.flush(20_000)).toBe(true);
    expect(store.records.map((record) => record.seq)).toEqual(
      Array.from({ length: 12_000 }, (_, i) => i + 1),
    );
    expect(Math.max(...store.batches.map((batch) => batch.records.length))).toBe(500);
    expect(spool.segments()).toHaveLength(1);
    expect(spool.usedBytes).toBeLessThan(used);
  });

  it('comes back by itself after an outage', async () => {
    store.away = true;
    const { spool } = start();
    refuse(spool, localPart('a'));
    spool.flush();
    await new Promise((resolve) => setTimeout(resolve, 100));
    store.away = false;
    await vi.waitFor(() => expect(store.told).toEqual(['a outcome success']), { timeout: 10_000 });
  });

  it('gives up a flush at its deadline', async () => {
    const { spool, sut } = start();
    store.deliver = () => new Promise(() => undefined);
    refuse(spool, localPart('a'));
    expect(await sut.flush(50)).toBe(false);
    running.pop();
  });

  it('sends again what a receipt does not cover', async () => {
    store.firstOnly = true;
    const { spool, sut } = start();
    for (const id of ['a', 'b', 'c']) refuse(spool, localPart(id));
    expect(await sut.flush(5000)).toBe(true);
    expect(store.told).toEqual(['a outcome success', 'b outcome success', 'c outcome success']);
  });

  it('sets a part aside that the control plane will never take, and delivers all others', async () => {
    store.poison = 'q7';
    const { spool, sut } = start();
    for (let i = 0; i < 20; i++) refuse(spool, localPart(`q${i}`));
    expect(await sut.flush(5000)).toBe(true);
    expect(store.records).toHaveLength(19);
    expect(readFileSync(join(directory, 'refused.log'), 'utf8')).toContain('"requestId":"q7"');
  });

  it('ends the open intents of a process that died, delivers its parts and removes them', async () => {
    store.away = true;
    const dead = start();
    const done = intend(dead.spool, localPart('done'));
    intend(dead.spool, localPart('open'));
    dead.spool.recordOutcome(done, endingOf(localPart('done')));
    dead.spool.flush();
    const segment = dead.spool.segments()[0]?.path ?? '';
    appendFileSync(segment, '{"seq":4,"part":{"phase":"outcome","requ');
    await end(dead);
    store.away = false;
    const { spool } = start();
    await vi.waitFor(() => expect(listBoots(directory)).toEqual([spool.boot]), { timeout: 10_000 });
    expect(store.told).toEqual(['open intent unknown', 'done outcome success', 'open outcome unknown']);
    expect(new Set(store.batches.map((batch) => batch.boot))).toEqual(new Set([dead.spool.boot]));
    expect(existsSync(segment)).toBe(false);
  });

  it('does not repeat after a restart what has a receipt', async () => {
    const first = start();
    refuse(first.spool, localPart('a'));
    expect(await first.sut.flush(5000)).toBe(true);
    await end(first);
    const { spool } = start();
    await vi.waitFor(() => expect(listBoots(directory)).toEqual([spool.boot]), { timeout: 10_000 });
    expect(store.told).toEqual(['a outcome success']);
  });

  it('leaves nothing of an earlier boot behind but what was set aside', async () => {
    const first = start();
    refuse(first.spool, localPart('a'));
    await end(first);
    const { spool } = start();
    await vi.waitFor(() => expect(listBoots(directory)).toEqual([spool.boot]), { timeout: 10_000 });
    expect(readdirSync(directory)).toEqual([spool.boot]);
  });
});
