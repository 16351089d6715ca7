import { describe, expect, it } from 'vitest';
import type { AuditPart } from '#libs/contract';
import { batchFaults } from './batch-validation.js';

const PART: AuditPart = {
  phase: 'outcome',
  requestId: 'r-1',
  role: 'entry',
  gateway: 'aws',
  gatewayHost: 'aws-gw.example.com',
  timestamp: '2026-02-06T10:30:00.000Z',
  user: null,
  server: 'mcp-m365',
  tool: null,
  method: 'GET',
  handlingGateway: null,
  entryGateway: null,
  proxyHops: 0,
  status: 'denied',
  decision: null,
  policy: null,
  reason: 'credentials_missing',
  hop: null,
  httpStatus: 401,
  revision: 0,
  traceId: null,
  client: null,
  totalMs: 0.4,
  downstreamMs: null,
  bytesIn: 0,
  bytesOut: 10,
};
const fieldsOf = (part: object, more: object = {}): string[] =>
  batchFaults({ boot: 'b', records: [{ seq: 1, part: { ...PART, ...part } }], ...more }, 'aws').map(
    (f) => f.field,
  );

describe('batchFaults', () => {
  it('accepts a part, also with a field that a newer gateway sends', () => {
    expect(fieldsOf({})).toEqual([]);
    expect(fieldsOf({ cost: 3 })).toEqual([]);
  });

  it.each([
    ['a gateway speaks for another one', { gateway: 'azure' }, 'gateway'],
    ['a phase that does not exist', { phase: 'x' }, 'phase'],
    ['an object where a text belongs', { tool: { $gt: '' } }, 'tool'],
    ['a text that is too long', { tool: 'x'.repeat(257) }, 'tool'],
    ['an empty request id', { requestId: '' }, 'requestId'],
    ['a time that is none', { timestamp: 'yesterday' }, 'timestamp'],
    ['a time before all gateways', { timestamp: '0000-01-01T00:00:00Z' }, 'timestamp'],
    ['a negative duration', { totalMs: -1 }, 'totalMs'],
    ['a count with a fraction', { bytesIn: 1.5 }, 'bytesIn'],
    ['a missing field', { status: undefined }, 'status'],
  ])('refuses %s', (_, part, field) => {
    expect(fieldsOf(part)).toEqual([`records.0.part.${field}`]);
  });

  it.each([
    ['no object', null, ['']],
    ['no records', { boot: 'b', records: [] }, ['records']],
    ['too many records', { boot: 'b', records: Array.from({ length: 501 }, () => null) }, ['records']],
    [
      'records that are none',
      { boot: '', records: [1, { seq: -1, part: PART }] },
      ['boot', 'records.0', 'records.1.seq'],
    ],
  ])('refuses a batch with %s', (_, body, fields) => {
    expect(batchFaults(body, 'aws').map((f) => f.field)).toEqual(fields);
  });

  it('names a bounded number of faults', () => {
    const records = Array.from({ length: 500 }, (_, seq) => ({ seq, part: {} }));
    expect(batchFaults({ boot: 'b', records }, 'aws')).toHaveLength(20);
  });
});
