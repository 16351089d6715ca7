import { describe, expect, it } from 'vitest';
import { gatewayState } from './gateway-state.js';

const NOW = new Date('2026-12-01T00:00:00.000Z');
const HEAD = { epoch: 2, revision: 12 };
const ago = (seconds: number): Date => new Date(NOW.getTime() - seconds * 1000);
const replica = (more: object) => ({ epoch: 2, revision: 12, lastSeenAt: ago(1), rejected: null, ...more });
const rejected = {
  revision: 13,
  reason: 'snapshot_invalid',
  detail: '',
  at: NOW.toISOString(),
} as const;

describe('gatewayState', () => {
  it.each([
    ['no replica ever enrolled', [], 'never_seen'],
    ['its replica enrolled but never reported', [replica({ lastSeenAt: null })], 'down'],
    ['no heartbeat came for more than 15 s', [replica({ lastSeenAt: ago(16) })], 'down'],
    ['all of its replicas are gone', [replica({ lastSeenAt: ago(301) })], 'down'],
    ['all live replicas serve the newest revision', [replica({}), replica({})], 'ok'],
    [
      'one of two replicas is silent',
      [replica({}), replica({ revision: 3, lastSeenAt: ago(60) })],
      'degraded',
    ],
    ['one of two replicas is gone', [replica({}), replica({ lastSeenAt: ago(301) })], 'degraded'],
    [
      'a replica that is gone was behind',
      [replica({}), replica({ revision: 3, lastSeenAt: ago(301) })],
      'degraded',
    ],
    ['one live replica is behind', [replica({}), replica({ revision: 11 })], 'behind'],
    ['it serves an older epoch', [replica({ epoch: 1, revision: 99 })], 'behind'],
    ['one live replica rejects a revision', [replica({}), replica({ rejected })], 'rejecting'],
  ])('when %s', (_, replicas, state) => {
    expect(gatewayState(replicas, { evictedAt: null }, HEAD, NOW)).toBe(state);
  });

  it('is down, not never_seen, when its only replica was evicted', () => {
    expect(gatewayState([], { evictedAt: NOW }, HEAD, NOW)).toBe('down');
  });
});
