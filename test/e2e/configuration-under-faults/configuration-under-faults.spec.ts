import { afterAll, beforeAll, expect, it } from 'vitest';
import { crash, startAgain } from '../../support/crash.js';
import { EchoScenario } from '../../support/echo-scenario.js';
import { eventually } from '../../support/eventually.js';
import { isUniform, untilFleet, type ConfigHead } from '../../support/fleet.js';
import { CHANGES_OF_WRITER, Writer } from './writer.js';

const WRITERS = 20;
const OUTAGE_MS = 1500;

interface HistoryEntry {
  revision: number;
  resource: string;
  digest: string;
}

let scenario: EchoScenario;
beforeAll(async () => {
  scenario = await EchoScenario.start({ controls: 2, ownPostgres: true });
});
afterAll(() => scenario?.stop());

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Everything of a list, page by page. */
async function all<T>(path: string): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page: { items: T[]; nextCursor: string | null } = await scenario.federation.api.get(
      `${path}?limit=100${query}`,
    );
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return items;
}

/** Kills and restarts NATS, PostgreSQL and the control plane, one after the other, each in the middle of the writing. */
async function hurt(accepted: () => number): Promise<void> {
  const { nats, postgres, controls } = scenario.federation;
  const until = (share: number) =>
    eventually(() => expect(accepted()).toBeGreaterThan(share * WRITERS * CHANGES_OF_WRITER), 60_000, 10);
  await until(0.1);
  await nats?.kill();
  await pause(OUTAGE_MS);
  await nats?.restart();
  await until(0.35);
  await postgres?.kill();
  await pause(OUTAGE_MS);
  await postgres?.start();
  await until(0.6);
  await Promise.all(controls.map(crash));
  expect(accepted()).toBeLessThan(WRITERS * CHANGES_OF_WRITER);
  await Promise.all(controls.map(startAgain));
}

it('200 changes by 20 writers, while NATS, PostgreSQL and the control plane are killed, all arrive everywhere', async () => {
  const { federation } = scenario;
  const { revision: before } = (await federation.api.get('/config')) as ConfigHead;
  const writers = Array.from({ length: WRITERS }, (_, i) => new Writer(federation, i));
  const accepted = () => writers.flatMap((writer) => writer.accepted);
  const traffic = scenario.traffic();
  await Promise.all([...writers.map((writer) => writer.run()), hurt(() => accepted().length)]);
  const fleet = await untilFleet(federation.api, isUniform, 30_000);
  expect(Object.keys(await traffic.stop())).toEqual(['ok']);

  const head = (await federation.api.get('/config')) as ConfigHead;
  const { epoch, revision, digest } = fleet;
  expect(head).toEqual({ epoch, revision, digest });
  expect(head.epoch).toBe(1);
  // A replacement whose answer was lost is made twice.
  expect(head.revision).toBeGreaterThanOrEqual(before + WRITERS * CHANGES_OF_WRITER);

  const history = await all<HistoryEntry>('/config/history');
  expect(history.map((entry) => entry.revision)).toEqual(
    Array.from({ length: revision }, (_, i) => revision - i),
  );
  expect(history[0]?.digest).toBe(digest);
  const resources = new Map(history.map((entry) => [entry.revision, entry.resource]));
  const answered = accepted().filter((change) => change.revision !== null);
  expect(answered.filter((change) => resources.get(change.revision ?? 0) !== change.resource)).toEqual([]);

  const policies = await all<{ name: string; tools: string[] | null }>('/policies');
  const written = policies.filter(({ name }) => name.startsWith('writer-'));
  const expected = writers.flatMap((writer) => writer.expected);
  expect(new Map(written.map(({ name, tools }) => [name, tools]))).toEqual(new Map(expected));
});
