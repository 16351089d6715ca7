import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../toolchain/paths.mjs';

/**
 * @typedef {import('./catalogue.mjs').Mutant} Mutant
 * @typedef {import('./trial.mjs').Trial} Trial
 */

const RESULTS = join(ROOT, 'bench', 'results', 'mutants.json');
const HEAD = ['mutant', 'traps', 'passed', 'failed'];

/** The trials as aligned text. @param {(Trial & Mutant)[]} trials */
export function table(trials) {
  const rows = trials.map(({ name, traps, passed, failed }) => [
    name,
    traps.join(', '),
    String(passed),
    failed.length === 0 ? 'none: SURVIVED' : String(failed.length),
  ]);
  const widths = HEAD.map((text, i) => Math.max(text.length, ...rows.map((row) => String(row[i]).length)));
  const lineOf = (/** @type {string[]} */ row) =>
    row
      .map((text, i) => text.padEnd(Number(widths[i])))
      .join('  ')
      .trimEnd();
  return [HEAD, ...rows].map(lineOf).join('\n');
}

/** Keeps what was found. @param {Trial} unchanged @param {(Trial & Mutant)[]} trials @param {number} tookMs */
export function writeResults(unchanged, trials, tookMs) {
  const mutants = trials.map(({ name, what, traps, failed }) => [name, { what, traps, failed }]);
  const results = {
    what: 'defects edited into the relay, and the tests of the protocol that notice each of them',
    node: process.version,
    cores: availableParallelism(),
    seconds: Math.round(tookMs / 1000),
    testsWithoutMutants: unchanged.passed,
    mutants: Object.fromEntries(mutants),
  };
  writeFileSync(RESULTS, `${JSON.stringify(results, null, 2)}\n`);
}
