import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../toolchain/paths.mjs';

const RESULTS = join(ROOT, 'bench', 'results', 'soak.json');
const HEAD = ['break', 'noticed', 'failed', 'by tests of the traps'];

/** The trials as an aligned text. */
export function table(trials) {
  const rows = trials.map((trial) => [
    trial.name,
    trial.noticed ? 'yes' : 'NO',
    String(trial.failed.length),
    trial.noticedBy.join(', '),
  ]);
  const widths = HEAD.map((text, i) => Math.max(text.length, ...rows.map((row) => row[i].length)));
  return [HEAD, ...rows]
    .map((row) =>
      row
        .map((text, i) => text.padEnd(widths[i]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Keeps what was found. */
export function writeResults(unbroken, trials, tookMs) {
  const breaks = trials.map(({ name, what, noticed, noticedBy, failed }) => [
    name,
    { what, noticed, noticedBy, failed },
  ]);
  const results = {
    what: 'the relay broken on purpose, and the tests of the protocol that notice',
    node: process.version,
    cores: availableParallelism(),
    seconds: Math.round(tookMs / 1000),
    tests: unbroken.passed,
    breaks: Object.fromEntries(breaks),
  };
  writeFileSync(RESULTS, `${JSON.stringify(results, null, 2)}\n`);
}
