import { describe, expect, it } from 'vitest';
import { keptSince, liveSince, replicaState, shownSince } from './replica-state.js';

const NOW = new Date('2026-12-01T00:00:00.000Z');
const ago = (seconds: number): Date => new Date(NOW.getTime() - seconds * 1000);

describe('a replica', () => {
  it.each<[string, Date | null, string]>([
    ['that never reported is silent', null, 'silent'],
    ['that reported 15 s ago is live', ago(15), 'live'],
    ['that reported more than 15 s ago is silent', ago(15.001), 'silent'],
    ['that reported 5 minutes ago is silent', ago(300), 'silent'],
    ['that reported more than 5 minutes ago is gone', ago(300.001), 'gone'],
    ['whose clock is ahead is live', ago(-60), 'live'],
  ])('%s', (_, lastSeenAt, state) => {
    expect(replicaState(lastSeenAt, NOW)).toBe(state);
  });

  it('is live for a shorter time than it is shown, and shown for a shorter time than it is kept', () => {
    expect(liveSince(NOW).getTime()).toBeGreaterThan(shownSince(NOW).getTime());
    expect(shownSince(NOW).getTime()).toBeGreaterThan(keptSince(NOW).getTime());
    expect(keptSince(NOW)).toEqual(ago(86_400));
  });
});
