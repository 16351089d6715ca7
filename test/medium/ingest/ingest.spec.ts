import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { McpAuditRecord } from '#libs/audit';
import type { AuditBatch, AuditPart } from '#libs/contract';
import {
  AuditMinute,
  McpServer,
  ReceivedAuditPart,
  AuditRecord,
  prepareDatabase,
  registryDataSourceOptions,
} from '#libs/registry';
import { IngestService } from '../../../apps/federation/src/control-plane/replica-api/audit/ingest.service.js';
import { freshDatabase } from '../../support/postgres.js';
import { entryPart, handlingPart, intentOf } from '../../support/audit-parts.js';

const batchOf = (boot: string, parts: AuditPart[], firstSeq = 1): AuditBatch => ({
  boot,
  records: parts.map((part, i) => ({ seq: firstSeq + i, part })),
});

describe('IngestService', () => {
  let dataSource: DataSource;
  let sut: IngestService;

  beforeAll(async () => {
    dataSource = await prepareDatabase(
      new DataSource(registryDataSourceOptions(await freshDatabase(), () => undefined)),
    );
    sut = new IngestService(dataSource);
    await dataSource.getRepository(McpServer).insert({
      name: 'mcp-m365',
      description: '',
      url: 'http://m365.internal',
      handlers: [{ gateway: 'azure', priority: 0 }],
      auth: { type: 'none' },
      timeouts: {},
      tags: [],
      enabled: true,
      createdAt: new Date(),
      updatedAt: new Date(),
      revision: 1,
    });
  });
  afterAll(() => dataSource.destroy());
  beforeEach(() => dataSource.query('TRUNCATE audit_part, audit_record, audit_minute'));

  const records = (): Promise<AuditRecord[]> =>
    dataSource.getRepository(AuditRecord).find({ order: { id: 'ASC' } });
  const minutes = (): Promise<AuditMinute[]> => dataSource.getRepository(AuditMinute).find();

  it('merges the parts of both gateways into one record with its columns', async () => {
    const receipt = await sut.store('r-aws', batchOf('b1', [intentOf(entryPart('q1')), entryPart('q1')], 7));
    await sut.store('r-azure', batchOf('b2', [intentOf(handlingPart('q1')), handlingPart('q1')]));
    expect(receipt).toEqual({ boot: 'b1', seq: 8 });
    expect(await records()).toMatchObject([
      {
        id: 'q1',
        kind: 'mcp',
        timestamp: new Date('2026-02-06T10:30:12.345Z'),
        user: 'alice@example.com',
        mcpServer: 'mcp-m365',
        tool: 'get_calendar_events',
        entryGateway: 'aws-gw.example.com',
        handlingGateway: 'azure-gw.example.com',
        status: 'success',
        reason: null,
        traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
        body: { proxy_hops: 1, total_latency_ms: 245, proxy_ms: 24, upstream_ms: 200 },
      },
    ]);
    expect(await minutes()).toEqual([
      {
        minute: new Date('2026-02-06T10:30:00.000Z'),
        gateway: 'aws',
        server: 'mcp-m365',
        user: 'alice@example.com',
        status: 'success',
        count: 1,
        totalLatencyMs: 245,
      },
    ]);
  });

  it('gives the same result in any order of arrival, and if everything is delivered twice', async () => {
    const deliveries: [string, AuditBatch][] = [
      ['r-azure', batchOf('b2', [handlingPart('q1')], 2)],
      ['r-aws', batchOf('b1', [entryPart('q1')], 2)],
      ['r-azure', batchOf('b2', [intentOf(handlingPart('q1'))], 1)],
      ['r-aws', batchOf('b1', [intentOf(entryPart('q1'))], 1)],
    ];
    const seen: unknown[] = [];
    for (const order of [deliveries, deliveries.toReversed(), [...deliveries, ...deliveries]]) {
      await dataSource.query('TRUNCATE audit_part, audit_record, audit_minute');
      for (const [replica, batch] of order) await sut.store(replica, batch);
      seen.push([(await records()).map((row) => row.body), await minutes()]);
    }
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[2]).toEqual(seen[0]);
    expect(await dataSource.getRepository(ReceivedAuditPart).count()).toBe(4);
  });

  it('loses nothing when both gateways deliver at the same time, repetitions included', async () => {
    const ids = Array.from({ length: 60 }, (_, i) => `q${String(i).padStart(2, '0')}`);
    const fromAws = batchOf(
      'b1',
      ids.flatMap((id) => [intentOf(entryPart(id)), entryPart(id)]),
    );
    const fromAzure = batchOf(
      'b2',
      ids.toReversed().map((id) => handlingPart(id)),
    );
    await Promise.all([
      ...Array.from({ length: 4 }, () => sut.store('r-aws', fromAws)),
      ...Array.from({ length: 4 }, () => sut.store('r-azure', fromAzure)),
    ]);
    const rows = await records();
    expect(rows).toHaveLength(60);
    expect(rows.filter((row) => (row.body as { hops: unknown[] }).hops.length === 2)).toHaveLength(60);
    expect((await minutes()).map((row) => row.count)).toEqual([60]);
  });

  it('takes parts of known and of new requests, and parts that it has already, in one batch', async () => {
    await sut.store('r-aws', batchOf('b1', [entryPart('q2')]));
    await sut.store('r-azure', batchOf('b2', [handlingPart('q1')], 3));
    const more = [
      handlingPart('q1'),
      handlingPart('q2'),
      handlingPart('q3'),
      entryPart('q4', { gateway: 'azure' }),
    ];
    await sut.store('r-azure', batchOf('b2', more, 3));
    expect((await records()).map((row) => [row.id, (row.body as McpAuditRecord).hops.length])).toEqual([
      ['q1', 1],
      ['q2', 2],
      ['q3', 1],
      ['q4', 1],
    ]);
    expect(new Map((await minutes()).map((row) => [row.gateway, row.count]))).toEqual(
      new Map([
        ['aws', 1],
        ['azure', 1],
      ]),
    );
  });

  it('merges the parts in the order of their numbers, whatever order they are sent in', async () => {
    const [first, second] = [entryPart('q1', { user: 'first' }), entryPart('q1', { user: 'second' })];
    const unordered = [
      { seq: 2, part: second },
      { seq: 1, part: first },
    ];
    const receipt = await sut.store('r-aws', { boot: 'b1', records: unordered });
    expect(receipt).toEqual({ boot: 'b1', seq: 2 });
    expect((await records()).map((row) => row.user)).toEqual(['first']);
  });

  it('counts requests for servers that are not registered in one row of a minute, however many names there are', async () => {
    const invented = Array.from({ length: 50 }, (_, i) =>
      entryPart(`q${i}`, { server: `invented-${i}`, handlingGateway: null, user: null, status: 'denied' }),
    );
    await sut.store('r-aws', batchOf('b1', invented));
    expect((await minutes()).map(({ server, status, count }) => [server, status, count])).toEqual([
      ['_other', 'denied', 50],
    ]);
  });

  it('lists the refusals of one source as one record, and counts each of them', async () => {
    const refusals = {
      source: '192.0.2.1',
      until: '2026-02-06T10:31:12.345Z',
      reasons: [
        { reason: 'origin_not_allowed', count: 9000 },
        { reason: 'method_not_allowed', count: 970 },
      ],
    };
    const part = entryPart('q1', { server: '_other', user: null, status: 'denied', refusals });
    await sut.store('r-aws', batchOf('b1', [part]));
    await sut.store('r-azure', batchOf('b2', [handlingPart('q1')]));
    expect((await records()).map(({ body }) => body)).toEqual([
      {
        kind: 'refusals',
        id: 'q1',
        timestamp: '2026-02-06T10:30:12.345Z',
        until: refusals.until,
        user: null,
        entry_gateway: 'aws-gw.example.com',
        status: 'denied',
        revision: null,
        source: '192.0.2.1',
        count: 9970,
        reasons: { origin_not_allowed: 9000, method_not_allowed: 970 },
      },
    ]);
    expect((await minutes()).map(({ server, count }) => [server, count])).toEqual([['_other', 9970]]);
  });

  it('stores a day that does not exist as the one that JavaScript reads it as', async () => {
    await sut.store('r-aws', batchOf('b1', [entryPart('q1', { timestamp: '2026-02-30T10:30:12.345Z' })]));
    expect((await records()).map((row) => row.timestamp.toISOString())).toEqual(['2026-03-02T10:30:12.345Z']);
  });

  it('lists a request even if only one gateway, or only its intent, was heard of', async () => {
    await sut.store('r-azure', batchOf('b2', [handlingPart('q1')]));
    await sut.store('r-aws', batchOf('b1', [intentOf(entryPart('q2'))]));
    expect(await records()).toMatchObject([
      { id: 'q1', status: 'success', entryGateway: 'aws-gw.example.com' },
      { id: 'q2', status: 'unknown' },
    ]);
    expect(await minutes()).toEqual([]);
  });

  it('counts a request once when its outcome follows an unknown one', async () => {
    await sut.store('r-aws', batchOf('b1', [{ ...intentOf(entryPart('q1')), phase: 'outcome' }]));
    await sut.store('r-aws', batchOf('b3', [entryPart('q1')]));
    expect((await minutes()).map((row) => [row.status, row.count])).toEqual([['unknown', 1]]);
    expect(await records()).toMatchObject([{ status: 'success' }]);
  });

  it('keeps nothing of a batch whose transaction fails', async () => {
    const broken = { ...entryPart('q2'), timestamp: '+275000-01-01T00:00:00.000Z' };
    await expect(sut.store('r-aws', batchOf('b1', [entryPart('q1'), broken]))).rejects.toThrow(/time/);
    expect(await dataSource.getRepository(ReceivedAuditPart).count()).toBe(0);
    expect(await records()).toEqual([]);
  });

  it('stores text that PostgreSQL cannot hold with U+FFFD in its place', async () => {
    const tool = "a\u0000b\ud800';DROP TABLE audit_part;--";
    await sut.store('r-aws', batchOf('b1', [entryPart('q1', { tool })]));
    expect(await records()).toMatchObject([{ tool: "a\ufffdb\ufffd';DROP TABLE audit_part;--" }]);
  });

  it('leaves the record of an admin action alone when a gateway uses its id', async () => {
    const admin = {
      id: 'a1',
      kind: 'admin',
      timestamp: new Date(),
      status: 'success',
      body: { kind: 'admin' },
    } as const;
    await dataSource.getRepository(AuditRecord).insert(admin);
    await sut.store('r-aws', batchOf('b1', [entryPart('a1'), entryPart('q1')]));
    expect(await records()).toMatchObject([admin, { id: 'q1', kind: 'mcp' }]);
    expect((await minutes()).map((row) => row.count)).toEqual([1]);
  });
});
