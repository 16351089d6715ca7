/**
 * What gateways cost with everything on (authentication, policy, audit with delivery, metrics, hop contexts), beside bare
 * relays of the same number and nginx. bench/README.md tells how to read the result.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { large, sse } from './request-path/figures/bodies.mjs';
import { cpu } from './request-path/figures/cpu.mjs';
import { idle } from './request-path/figures/idle.mjs';
import { latency } from './request-path/figures/latency.mjs';
import { start } from './request-path/figures/start.mjs';
import { Quietness } from './request-path/machine/quietness.mjs';
import { readOptions } from './request-path/options.mjs';
import { startPaths } from './request-path/setup/paths.mjs';
import { CallFailed, LoadGenerator } from './request-path/setup/program.mjs';

const MEASURES = { start, idle, cpu, latency, sse, large };

/** @typedef {import('./request-path/figures/cost.mjs').Figure} Figure */

/** A figure of which a call has failed, or whose audit was not delivered, is none. @param {string} name @param {() => Promise<Figure>} take */
async function figureOf(name, take) {
  try {
    return await take();
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error;
    const failed = `No figure. ${error.message}`;
    return {
      figures: { failed },
      lines: [`${name}: ${failed}`, ''],
      limits: [{ what: name, seen: null, limit: null }],
    };
  }
}

/** @param {import('./request-path/options.mjs').Options} options @param {string} directory */
async function measure(options, directory) {
  const quietness = new Quietness();
  const setup = await startPaths(directory);
  const load = await LoadGenerator.start(directory);
  const bench = { setup, load, quietness, profiles: options.profiles, isQuick: options.isQuick };
  /** @type {Record<string, Figure>} */
  const figures = {};
  for (const name of options.only) figures[name] = await figureOf(name, () => MEASURES[name](bench));
  return { figures, machine: quietness.report() };
}

/** @param {import('./request-path/figures/cost.mjs').Limit} limit */
const isKept = ({ seen, limit }) => seen !== null && limit !== null && seen <= limit;

/** @param {import('./request-path/figures/cost.mjs').Limit} limit */
const verdict = ({ seen, limit }) => (limit === null ? 'no figure' : `${seen} (at most ${limit})`);

/** @param {Record<string, Figure>} figures @param {ReturnType<Quietness['report']>} machine */
function show(figures, machine) {
  const limits = Object.values(figures).flatMap((figure) => figure.limits);
  const lines = [
    '',
    ...Object.values(figures).flatMap((figure) => figure.lines),
    ...limits.map((one) => `${isKept(one) ? 'kept  ' : 'MISSED'}  ${one.what}: ${verdict(one)}`),
    machine.wasQuiet ? 'The machine was quiet.' : 'The machine was not quiet: the result is not valid.',
    `  load average before: ${machine.loadAverageBefore}; other processes took ${(machine.shareOfOtherProcesses * 100).toFixed(1)} % of the processor`,
  ];
  process.stderr.write(`${lines.join('\n')}\n`);
}

const options = readOptions(process.argv.slice(2));
const directory = mkdtempSync(join(tmpdir(), 'causeway-bench-'));
process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
const { figures, machine } = await measure(options, directory);
show(figures, machine);
const limits = Object.values(figures).flatMap((figure) => figure.limits);
const isValid = machine.wasQuiet && !Object.values(figures).some((figure) => 'failed' in figure.figures);
const result = {
  what: 'the cost of gateways with everything on, beside bare relays of node:http and undici and beside nginx',
  node: process.version,
  isValid,
  machine,
  limits: limits.map((one) => ({ ...one, kept: isKept(one) })),
  ...Object.fromEntries(Object.entries(figures).map(([name, figure]) => [name, figure.figures])),
};
if (options.isWhole) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
process.exit(isValid && limits.every(isKept) ? 0 : 1);
