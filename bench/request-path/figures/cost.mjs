import { setTimeout as sleep } from 'node:timers/promises';
import { cpuNs } from '../machine/processes.mjs';
import { profileEnds } from '../machine/profile.mjs';
import { median, rounded, spread } from '../machine/statistics.mjs';
import { CallFailed } from '../setup/program.mjs';

/** Gateways deliver audit shortly after a call; a round ends when that is done. */
const SETTLE_MS = 300;

/**
 * @typedef {import('../setup/paths.mjs').Path} Path
 * @typedef {import('../setup/paths.mjs').PathName} PathName
 * @typedef {{setup: import('../setup/paths.mjs').Setup, load: import('../setup/program.mjs').LoadGenerator,
 *   quietness: import('../machine/quietness.mjs').Quietness, profiles: string | null, isQuick: boolean}} Bench
 *
 * What one round does on one path. `work` resolves with the number of units (calls, events, megabytes) that it did; only
 * its cost counts.
 * @typedef {{open?: (path: Path) => Promise<unknown>, work: (path: Path) => Promise<number>,
 *   close?: () => Promise<unknown>}} Round
 *
 * Cost of one unit in one round, by the processes on the path, in nanoseconds.
 * @typedef {Record<string, number>} Sample
 * @typedef {{what: string, seen: number | null, limit: number | null}} Limit
 * @typedef {{figures: Record<string, unknown>, lines: string[], limits: Limit[]}} Figure
 */

/** @param {Path} path @returns {Sample} */
const cpuOf = (path) =>
  Object.fromEntries(Object.entries(path.ends).map(([name, end]) => [name, cpuNs(end.pid())]));

const total = (/** @type {Sample} */ sample) => Object.values(sample).reduce((sum, ns) => sum + ns, 0);

/**
 * The processor time that a unit of work costs on each path. The paths take turns, so that a machine that grows slower
 * slows all of them.
 * @param {Bench} bench
 * @param {{title: string, paths: PathName[], rounds: number, warmUp?: Round, round: Round}} plan
 * @returns {Promise<Map<PathName, Sample[]>>}
 */
export async function measureCost(bench, { title, paths, rounds, warmUp, round }) {
  const samples = new Map(paths.map((name) => [name, /** @type {Sample[]} */ ([])]));
  if (warmUp !== undefined) for (const name of paths) await run(bench.setup.paths[name], warmUp);
  for (let i = 0; i < rounds; i++) {
    for (const name of paths) samples.get(name)?.push(await measure(bench, bench.setup.paths[name], round));
    process.stderr.write(`${title}: round ${i + 1} of ${rounds}\n`);
  }
  if (bench.profiles !== null) await profile(bench, title, paths, round);
  return samples;
}

/**
 * Does something on a path; a failed call is reported with the path's name.
 * @template T
 * @param {Path} path @param {() => Promise<T>} work @returns {Promise<T>}
 */
export async function attributed(path, work) {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CallFailed) throw new CallFailed(`${path.name}: ${error.message}`);
    throw error;
  }
}

/** @param {Path} path @param {Round} round */
const run = (path, { open, work, close }) =>
  attributed(path, async () => {
    await open?.(path);
    await work(path);
    await close?.();
  });

/** @param {Bench} bench @param {Path} path @param {Round} round @returns {Promise<Sample>} */
async function measure(bench, path, { work, ...around }) {
  /** @type {Sample} */
  let cost = {};
  const measured = async () => {
    const before = cpuOf(path);
    const units = await work(path);
    await sleep(SETTLE_MS);
    const after = Object.entries(cpuOf(path));
    cost = Object.fromEntries(after.map(([name, ns]) => [name, (ns - Number(before[name])) / units]));
    return units;
  };
  await run(path, { ...around, work: () => bench.quietness.during(measured) });
  return cost;
}

/** @param {Bench} bench @param {string} title @param {PathName[]} paths @param {Round} round */
async function profile({ setup, profiles }, title, paths, round) {
  for (const path of paths.map((name) => setup.paths[name])) {
    const work = () =>
      profileEnds({ directory: String(profiles), title, path, work: () => round.work(path) });
    await run(path, { ...round, work: async () => (await work(), 0) });
  }
}

/** The ratios that count. @type {[PathName, PathName, string][]} */
const RATIOS = [
  ['oneGateway', 'oneRelay', 'one gateway / one relay'],
  ['twoGateways', 'twoRelays', 'two gateways / two relays'],
];

/** @param {Map<PathName, Sample[]>} samples @param {PathName} name */
const totals = (samples, name) => (samples.get(name) ?? []).map(total);

/**
 * Ratio of the medians, and the least and the greatest ratio of two paths in the same round.
 * @param {Map<PathName, Sample[]>} samples
 * @returns {Record<string, {ratio: number, min: number, max: number}>}
 */
export function ratiosOf(samples) {
  const entries = RATIOS.map(([over, under, title]) => {
    const [ours, theirs] = [totals(samples, over), totals(samples, under)];
    const each = spread(
      ours.map((ns, i) => ns / Number(theirs[i])),
      2,
    );
    return [title, { ratio: rounded(median(ours) / median(theirs)), min: each.min, max: each.max }];
  });
  return Object.fromEntries(entries);
}

/**
 * Costs by path, in the given unit: the median and spread over the rounds, and the median for each process on the path.
 * @param {Bench} bench @param {Map<PathName, Sample[]>} samples @param {number} nsPerUnit
 */
export function costsOf(bench, samples, nsPerUnit) {
  const entries = [...samples].map(([name, all]) => {
    const ends = Object.keys(all[0] ?? {});
    const parts = ends.map((end) => [end, rounded(median(all.map((one) => Number(one[end]))) / nsPerUnit)]);
    const whole = spread(
      all.map((one) => total(one) / nsPerUnit),
      2,
    );
    return [
      bench.setup.paths[name].name,
      ends.length < 2 ? whole : { ...whole, ...Object.fromEntries(parts) },
    ];
  });
  return /** @type {Costs} */ (Object.fromEntries(entries));
}

/** @typedef {Record<string, Record<string, number>>} Costs */

/** @param {[string, Record<string, number>]} cost */
function costLine([name, { median: middle, min, max, ...ends }]) {
  const parts = Object.entries(ends).map(([end, value]) => `${end} ${value}`);
  const more = parts.length === 0 ? '' : `: ${parts.join(', ')}`;
  return `  ${name.padEnd(14)} ${String(middle).padStart(9)}   (${min} to ${max})${more}`;
}

/** @param {string} title @param {Costs} costs @param {ReturnType<typeof ratiosOf>} ratios */
export function costLines(title, costs, ratios) {
  const of = Object.entries(ratios).map(
    ([name, one]) => `  ${name}: ${one.ratio}   (${one.min} to ${one.max})`,
  );
  return [title, ...Object.entries(costs).map(costLine), ...of, ''];
}
