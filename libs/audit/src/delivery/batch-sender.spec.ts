import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AuditBatch } from '#libs/contract';
import { localPart, refuse } from '../../../../test/support/audit-parts.js';
import type { OutgoingBatch } from '../audit-transport.js';
import { AuditSpool } from '../spool/audit-spool.js';
import { BatchSender } from './batch-sender.js';
import { BootCursor } from './boot-cursor.js';
import { LiveSource } from './live-source.js';

const batchOf = (batch: OutgoingBatch): AuditBatch => JSON.parse(batch.body().toString()) as AuditBatch;

describe('BatchSender', () => {
  let directory: string;
  let spool: AuditSpool;
  let sent: number[];

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'spool-'));
    spool = new AuditSpool({ directory, maxBytes: 64 * 1024 * 1024 });
    sent = [];
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const sender = (): BatchSender =>
    new BatchSender(
      {
        deliver: (batch) => {
          const { boot, records } = batchOf(batch);
          sent.push(records.length);
          return Promise.resolve({ boot, seq: records.at(-1)?.seq ?? 0 });
        },
      },
      directory,
    );
  const cursor = (): BootCursor => new BootCursor(new LiveSource(spool, directory));
  const record = (count: number, tool: string): void => {
    for (let i = 0; i < count; i++) refuse(spool, localPart(`q${i}`, { tool }));
    spool.flush();
  };

  it('sends at most 500 parts, and says whether that was all', async () => {
    record(700, 'short');
    const [sut, from] = [sender(), cursor()];
    expect([await sut.sendNext(from), await sut.sendNext(from), await sut.sendNext(from)]).toEqual([
      'full',
      'partial',
      'none',
    ]);
    expect(sent).toEqual([500, 200]);
  });

  it('says that there is more where long lines fill a batch before it has 500', async () => {
    record(700, '\u0001'.repeat(250));
    const [sut, from] = [sender(), cursor()];
    expect([await sut.sendNext(from), await sut.sendNext(from)]).toEqual(['full', 'partial']);
    expect(sent[0]).toBeLessThan(500);
    expect(sent).toHaveLength(2);
  });
});
