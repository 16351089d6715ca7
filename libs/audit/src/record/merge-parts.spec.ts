import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AuditPart } from '#libs/contract';
import { entryPart, handlingPart, intentOf, localPart } from '../../../../test/support/audit-parts.js';
import { mergeParts } from './merge-parts.js';

const ENTRY = entryPart('r-1', { timestamp: '2026-02-06T10:30:00.000Z', traceId: '4bf9' });
const HANDLING = handlingPart('r-1', { timestamp: '2026-02-06T10:30:00.012Z', traceId: '4bf9' });
const LOCAL = localPart('r-1', { timestamp: ENTRY.timestamp, traceId: ENTRY.traceId });
const unknownOf = (part: AuditPart): AuditPart => ({ ...intentOf(part), phase: 'outcome' });
const reasonOf = (status: string): string | null => (status === 'success' ? null : `${status}_seen`);
const sumOf = (record: ReturnType<typeof mergeParts>): number =>
  record.hops.reduce((sum, hop) => sum + (hop.ms ?? 0), (record.proxy_ms ?? 0) + (record.upstream_ms ?? 0));

describe('mergeParts', () => {
  it('gives the record of the admin API from the two outcomes', () => {
    expect(mergeParts([ENTRY, HANDLING])).toEqual({
      kind: 'mcp',
      id: 'r-1',
      timestamp: '2026-02-06T10:30:00.000Z',
      user: 'alice@example.com',
      mcp_server: 'mcp-m365',
      tool: 'get_calendar_events',
      entry_gateway: 'aws-gw.example.com',
      handling_gateway: 'azure-gw.example.com',
      proxy_hops: 1,
      total_latency_ms: 245,
      status: 'success',
      trace_id: '4bf9',
      method: 'tools/call',
      decision: 'allow',
      policy: 'finance-calendar',
      reason: null,
      hop: null,
      revision: 12,
      hops: [
        { gateway: 'aws-gw.example.com', role: 'entry', ms: 12 },
        { gateway: 'azure-gw.example.com', role: 'handling', ms: 9 },
      ],
      proxy_ms: 24,
      upstream_ms: 200,
      bytes_in: 120,
      bytes_out: 340,
      client: 'fastmcp/3.1',
    });
  });

  it('is the same in any order and with any repetition', () => {
    const all = [intentOf(ENTRY), ENTRY, intentOf(HANDLING), HANDLING];
    const shuffled = fc.tuple(
      fc.shuffledSubarray(all, { minLength: 4 }),
      fc.array(fc.constantFrom(...all), { maxLength: 5 }),
    );
    fc.assert(
      fc.property(shuffled, ([some, more]) => {
        expect(mergeParts([...some, ...more])).toEqual(mergeParts(all));
      }),
    );
  });

  it.each<[string, AuditPart[], object, number]>([
    ['a local request', [LOCAL], { proxy_ms: 0, upstream_ms: 233, proxy_hops: 0 }, 1],
    ['only the entry gateway told', [ENTRY], { proxy_ms: 233, upstream_ms: null, proxy_hops: 1 }, 1],
    [
      'only the handling gateway told',
      [HANDLING],
      { total_latency_ms: 209, upstream_ms: 200, proxy_hops: 1 },
      1,
    ],
    [
      'only intents so far',
      [intentOf(ENTRY), intentOf(HANDLING)],
      { total_latency_ms: null, status: 'unknown' },
      2,
    ],
    [
      'the handling gateway has only an intent',
      [ENTRY, intentOf(HANDLING)],
      { proxy_ms: 233, upstream_ms: null },
      2,
    ],
    ['the entry gateway died', [unknownOf(ENTRY), HANDLING], { total_latency_ms: 209, status: 'success' }, 2],
    [
      'a denial at the entry gateway',
      [{ ...ENTRY, status: 'denied', decision: 'deny', totalMs: 2, nextHopMs: null }],
      { proxy_ms: 0, upstream_ms: 0, total_latency_ms: 2, status: 'denied' },
      1,
    ],
  ])('lists %s', (_, parts, expected, hops) => {
    const record = mergeParts(parts);
    expect(record).toMatchObject(expected);
    expect(record.hops).toHaveLength(hops);
  });

  it('knows nothing of how a call ended if its entry gateway was killed, though the handling gateway saw a disconnect', () => {
    const left: AuditPart = {
      ...HANDLING,
      status: 'cancelled',
      reason: 'client_disconnected',
      hop: 'aws->azure',
    };
    for (const parts of [[left], [intentOf(ENTRY), left], [unknownOf(ENTRY), left]])
      expect(mergeParts(parts)).toMatchObject({ status: 'unknown', reason: null, hop: null });
    expect(
      mergeParts([{ ...ENTRY, status: 'error', reason: 'drain_interrupted', hop: 'client->aws' }, left]),
    ).toMatchObject({
      status: 'error',
      reason: 'drain_interrupted',
    });
  });

  it('keeps the sum of the times equal to the total, whatever the clocks say', () => {
    const ms = fc.option(fc.double({ min: 0, max: 10_000, noNaN: true }), { nil: null });
    const total = fc.double({ min: 0, max: 10_000, noNaN: true });
    fc.assert(
      fc.property(total, ms, ms, ms, (totalMs, nextHopMs, remoteMs, upstreamMs) => {
        const record = mergeParts([
          { ...ENTRY, totalMs, nextHopMs },
          { ...HANDLING, totalMs: remoteMs, nextHopMs: upstreamMs },
        ]);
        expect(Math.abs(sumOf(record) - (record.total_latency_ms ?? 0))).toBeLessThan(1);
      }),
    );
  });

  it.each([
    ['success', 'success', 'success'],
    ['success', 'error', 'error'],
    ['error', 'denied', 'denied'],
    ['denied', 'success', 'denied'],
    ['cancelled', 'cancelled', 'cancelled'],
    ['cancelled', 'success', 'cancelled'],
    ['error', 'cancelled', 'error'],
    ['success', 'cancelled', 'success'],
    ['unknown', 'success', 'success'],
    ['unknown', 'error', 'error'],
    ['success', 'unknown', 'success'],
    ['unknown', 'cancelled', 'unknown'],
    ['unknown', 'unknown', 'unknown'],
  ] as const)('of %s at the entry and %s at the handling gateway makes %s', (entry, handling, expected) => {
    const parts: AuditPart[] = [
      { ...ENTRY, status: entry, reason: reasonOf(entry), hop: 'aws->azure' },
      { ...HANDLING, status: handling, reason: reasonOf(handling), hop: 'azure->mcp-m365' },
    ];
    const record = mergeParts(parts);
    expect(record.status).toBe(expected);
    expect(record.reason).toBe(expected === 'unknown' ? null : reasonOf(expected));
  });

  it.each([
    ['remote_gateway_interrupted', 'upstream_interrupted', 'handling'],
    ['remote_gateway_interrupted', 'stream_idle', 'handling'],
    ['rpc_error', 'upstream_interrupted', 'handling'],
    ['remote_gateway_interrupted', 'tool_error', 'entry'],
    ['remote_gateway_timeout', 'upstream_timeout', 'entry'],
    ['rpc_error', 'rpc_error', 'entry'],
  ] as const)(
    'of %s at the entry and %s at the handling gateway, blames what the %s one saw',
    (...reasons) => {
      const [atEntry, atHandling, blamed] = reasons;
      const parts: AuditPart[] = [
        { ...ENTRY, status: 'error', reason: atEntry, hop: 'aws->azure' },
        { ...HANDLING, status: 'error', reason: atHandling, hop: 'azure->mcp-m365' },
      ];
      const { status, reason, hop } = mergeParts(parts);
      const { reason: expected, hop: failed } = parts[blamed === 'entry' ? 0 : 1]!;
      expect({ status, reason, hop }).toEqual({ status: 'error', reason: expected, hop: failed });
    },
  );

  it('is an error, not a denial, if access was lost after the request had reached the MCP server', () => {
    const reason = 'credentials_revoked';
    const withdrawn: AuditPart = { ...HANDLING, status: 'error', reason };
    const relayed: AuditPart = { ...ENTRY, status: 'denied', reason };
    expect(mergeParts([relayed, withdrawn])).toMatchObject({ status: 'error', reason });
    expect(mergeParts([relayed, { ...withdrawn, nextHopMs: null }]).status).toBe('denied');
  });

  it('takes decision and policy from the gateway that denied', () => {
    const denied: AuditPart = {
      ...HANDLING,
      status: 'denied',
      decision: 'deny',
      policy: 'no-finance',
      reason: 'tool_denied',
      hop: null,
    };
    expect(mergeParts([{ ...ENTRY, status: 'error' }, denied])).toMatchObject({
      status: 'denied',
      decision: 'deny',
      policy: 'no-finance',
      reason: 'tool_denied',
    });
  });

  it('ignores a gateway that had no part in the request', () => {
    const forged: AuditPart = {
      ...ENTRY,
      gateway: 'onprem',
      gatewayHost: 'onprem-gw.example.com',
      user: 'mallory',
      status: 'denied',
    };
    const genuine = mergeParts([ENTRY, HANDLING]);
    expect(mergeParts([intentOf(ENTRY), forged, ENTRY, HANDLING])).toEqual(genuine);
    expect(mergeParts([ENTRY, { ...forged, role: 'handling' }, HANDLING])).toEqual(genuine);
  });
});
