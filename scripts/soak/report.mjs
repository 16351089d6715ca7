import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../toolchain/paths.mjs';

const RESULTS = join(ROOT, 'bench', 'results', 'soak.json');
const HEAD = ['break', 'traps', 'passed', 'failed'];

/** The trials as an aligned text. */
export function table(trials) {
  const rows = trials.map(({ name, traps, passed, failed }) => [
    name,
    traps.join(', '),
    String(passed),
    failed.length === 0 ? 'none: UNNOTICED' : String(failed.length),
  ]);
  const widths = HEAD.map((text, i) => Math.max(text.length, ...rows.map((row) => row[i].length)));
  const lineOf = (row) =>
    row
      .map((text, i) => text.padEnd(widths[i]))
      .join('  ')
      .trimEnd();
  return [HEAD, ...rows].map(lineOf).join('\n');
}

/** Keeps what was found. */
export function writeResults(unbroken, trials, tookMs) {
  const breaks = trials.map(({ name, what, traps, failed }) => [name, { what, traps, failed }]);
  const results = {
    what: 'the relay broken on purpose, and the tests of the protocol that notice',
    node: process.version,
    cores: availableParallelism(),
    seconds: Math.round(tookMs / 1000),
    testsOfTheUnbrokenTree: unbroken.passed,
    breaks: Object.fromEntries(breaks),
  };
  writeFileSync(RESULTS, `${JSON.stringify(results, null, 2)}\n`);
}
