import { describe, expect, it } from 'vitest';

import { readBatch } from './read-batch.js';
import type { ProblemError } from '../../problem/problem.error.js';
import { entryPart } from '../../../../../../test/support/audit-parts.js';

const PART = entryPart('r-1', { status: 'denied', totalMs: 0.4, nextHopMs: null });

function fieldsOf(body: unknown): string[] {
  try {
    expect(readBatch(body, 'aws')).toBe(body);
    return [];
  } catch (error) {
    return ((error as ProblemError).members.errors ?? []).map(({ field }) => field);
  }
}

const fieldsOfPart = (part: object): string[] =>
  fieldsOf({ boot: 'b', records: [{ seq: 1, part: { ...PART, ...part } }] });

describe('readBatch', () => {
  it('accepts a part, also with a field that a newer gateway sends', () => {
    expect(fieldsOfPart({})).toEqual([]);
    expect(fieldsOfPart({ cost: 3 })).toEqual([]);
  });

  it.each([
    ['a part in the name of another gateway', { gateway: 'azure' }, 'gateway'],
    ['a phase that does not exist', { phase: 'x' }, 'phase'],
    ['an object where a text belongs', { tool: { $gt: '' } }, 'tool'],
    ['a text that is too long', { tool: 'x'.repeat(257) }, 'tool'],
    ['an empty request id', { requestId: '' }, 'requestId'],
    ['a time that is not one', { timestamp: 'yesterday' }, 'timestamp'],
    ['a time before all gateways', { timestamp: '0000-01-01T00:00:00Z' }, 'timestamp'],
    ['a negative duration', { totalMs: -1 }, 'totalMs'],
    ['a count with a fraction', { bytesIn: 1.5 }, 'bytesIn'],
    ['a missing field', { status: undefined }, 'status'],
  ])('refuses %s', (_, part, field) => {
    expect(fieldsOfPart(part)).toEqual([`records.0.part.${field}`]);
  });

  it.each([
    ['no object in it', null, ['']],
    ['no records', { boot: 'b', records: [] }, ['records']],
    ['too many records', { boot: 'b', records: Array.from({ length: 501 }, () => null) }, ['records']],
    [
      'records that are not records',
      { boot: '', records: [1, { seq: -1, part: PART }] },
      ['boot', 'records.0', 'records.1.seq'],
    ],
  ])('refuses a batch with %s', (_, body, fields) => {
    expect(fieldsOf(body)).toEqual(fields);
  });

  it('names at most 20 errors', () => {
    const records = Array.from({ length: 500 }, (_, seq) => ({ seq, part: {} }));
    expect(fieldsOf({ boot: 'b', records })).toHaveLength(20);
  });
});
