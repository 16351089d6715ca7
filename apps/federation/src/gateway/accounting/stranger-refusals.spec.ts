import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AuditPart } from '#libs/contract';
import { endingOf, entryPart, factsOf } from '../../../../../test/support/audit-parts.js';
import { AuditSinkOfTest } from '../../../../../test/support/relay/audit-sink-of-test.js';
import { StrangerRefusals } from './stranger-refusals.js';

const REFUSED = entryPart('r-1', { user: null, status: 'denied', reason: 'origin_not_allowed' });
const OWN = { name: 'aws', label: 'aws', url: 'http://aws-gw', host: 'aws-gw' };

describe('StrangerRefusals', () => {
  let parts: AuditPart[];
  let sut: StrangerRefusals;

  beforeEach(() => {
    vi.useFakeTimers();
    parts = [];
    sut = new StrangerRefusals(new AuditSinkOfTest(parts, { full: false }), OWN);
  });
  afterEach(() => vi.useRealTimers());

  const refuse = (source: string, times: number): void => {
    for (let i = 0; i < times; i++) sut.record(source, factsOf(REFUSED), endingOf(REFUSED));
  };
  const aggregates = (): AuditPart['refusals'][] =>
    parts.map(({ refusals }) => refusals).filter((one) => one !== undefined);

  it('gives each source thirty records in a minute, and one for what was more', () => {
    refuse('192.0.2.1', 1000);
    refuse('192.0.2.2', 10);
    expect(parts).toHaveLength(40);
    vi.advanceTimersByTime(60_000);
    expect(aggregates()).toMatchObject([
      { source: '192.0.2.1', reasons: [{ reason: 'origin_not_allowed', count: 970 }] },
    ]);
    refuse('192.0.2.1', 30);
    expect(parts).toHaveLength(71);
  });

  it('writes a limited number of records in a minute, however many sources there are, and counts every refusal', () => {
    for (let i = 0; i < 20_000; i++) refuse(`source-${i}`, 1);
    vi.advanceTimersByTime(60_000);
    expect(parts.length).toBeLessThanOrEqual(2001);
    const counted = aggregates().flatMap((one) => one?.reasons.map(({ count }) => count) ?? []);
    expect(counted.reduce((sum, n) => sum + n, 0) + parts.length - aggregates().length).toBe(20_000);
  });

  it('loses nothing of what it has counted when the gateway shuts down', () => {
    refuse('192.0.2.1', 31);
    sut.beforeApplicationShutdown();
    expect(aggregates()).toHaveLength(1);
  });
});
