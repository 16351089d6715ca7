import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ConformanceRun, ROUTES, type Route } from './conformance-run.js';
import { differences, failed, type Check } from './suite/checks.js';
import {
  clientScenarios,
  requirementSet,
  REVISIONS,
  type Revision,
  type Side,
} from './suite/requirement-set.js';
import { totalsTable } from './suite/totals.js';

const SIDES: Side[] = ['server', 'client'];

/** How many runs go on at a time: scenarios mostly wait. */
const LANES = 3;

interface Job {
  side: Side;
  revision: Revision;
  route: Route;
}

const JOBS: Job[] = SIDES.flatMap((side) =>
  REVISIONS.flatMap((revision) =>
    (Object.keys(ROUTES) as Route[]).map((route) => ({ side, revision, route })),
  ),
);

let run: ConformanceRun;
const results = new Map<Job, Check[]>();

beforeAll(async () => {
  // The SDK's client logs the tools that it leaves out, three times for each scenario about such tools.
  for (const method of ['warn', 'debug'] as const)
    vi.spyOn(console, method).mockImplementation(() => undefined);
  run = await ConformanceRun.start();
  const waiting = [...JOBS];
  const lane = async (): Promise<void> => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift())
      results.set(job, await run[`${job.side}Side`](job.revision, job.route));
  };
  await Promise.all(Array.from({ length: LANES }, lane));
});

afterAll(async () => {
  await run?.stop();
  console.log(totalsTable(JOBS.map((job) => ({ ...job, checks: results.get(job) ?? [] }))));
});

function checksOf(side: Side, revision: Revision, route: Route): Check[] {
  const job = JOBS.find((one) => one.side === side && one.revision === revision && one.route === route);
  return (job && results.get(job)) ?? [];
}

describe.each(SIDES)('%s side', (side) => {
  describe.each(REVISIONS)('requirements of %s', (revision) => {
    it('every scenario is run directly', () => {
      const { scored, unscored } = requirementSet(revision, side);
      const wanted = side === 'client' ? clientScenarios(revision) : [...scored, ...unscored];
      const ran = new Set(checksOf(side, revision, 'direct').map(({ scenario }) => scenario));
      expect([...ran].toSorted()).toEqual(wanted.toSorted());
    });

    it('no check fails directly', () => {
      expect(failed(checksOf(side, revision, 'direct'))).toEqual([]);
    });

    it.each(['one-hop', 'two-hops'] as const)('every check ends over %s as it does directly', (route) => {
      expect(differences(checksOf(side, revision, 'direct'), checksOf(side, revision, route))).toEqual([]);
    });
  });
});
