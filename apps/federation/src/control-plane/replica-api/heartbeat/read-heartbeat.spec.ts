import type { Heartbeat } from '#libs/contract';
import { describe, expect, it } from 'vitest';
import { readHeartbeat } from './read-heartbeat.js';

const GOOD: Heartbeat = {
  epoch: 1,
  revision: 0,
  digest: '',
  appliedAt: null,
  version: '0.1.0',
  schemaVersion: 1,
  uptimeSeconds: 0,
  connection: 'none',
  rejected: null,
  head: null,
  tombstones: null,
  metrics: null,
  servers: [],
};
const AT = '2026-02-06T10:30:00.000Z';

describe('readHeartbeat', () => {
  it('takes the first heartbeat of a replica without a snapshot', () => {
    expect(readHeartbeat(GOOD)).toEqual(GOOD);
  });

  it('keeps of a rejection only what is shown', () => {
    const rejected = { revision: 1, reason: 'snapshot_invalid', detail: 'a\0b\ud800', at: AT, more: 1 };
    expect(readHeartbeat({ ...GOOD, rejected }).rejected).toEqual({
      revision: 1,
      reason: 'snapshot_invalid',
      detail: 'ab\ufffd',
      at: AT,
    });
  });

  it.each<[string, keyof Heartbeat, unknown]>([
    ['a time with text in brackets', 'appliedAt', '2026-02-06T10:30:00.000Z (x)'],
    ['an unknown connection', 'connection', 'pigeon'],
    ['a negative uptime', 'uptimeSeconds', -1],
    ['a head that is not a JWS', 'head', 'a b'],
    ['a tombstone that is not a hash', 'tombstones', [{ hash: 'x', until: null }]],
    ['metrics with NUL', 'metrics', 'a\0b'],
    ['a rejection without a time', 'rejected', { revision: 1, reason: 'snapshot_invalid', detail: '' }],
  ])('refuses %s', (_, field, value) => {
    expect(() => readHeartbeat({ ...GOOD, [field]: value })).toThrow(field);
  });
});
