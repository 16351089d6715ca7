/**
 * Breaks the relay on purpose and looks whether the protocol's tests notice: `npm run soak [-- <break>…]`. Each break is
 * made in a throw-away copy of the tree. All of them together also write bench/results/soak.json. It exits with another
 * status than 0 if a break goes unnoticed, or if tests fail in the unbroken tree.
 */
import { BREAKS } from './soak/breaks.mjs';
import { table, writeResults } from './soak/report.mjs';
import { runTrial } from './soak/trial.mjs';
import { assertApplicable } from './soak/workspace.mjs';
import { step } from './toolchain/progress.mjs';

/** As many as there are cores on the machine that this is made for; more would run into the tests' time-outs. */
const LANES = 2;

function selected() {
  const asked = process.argv.slice(2);
  const unknown = asked.filter((name) => !BREAKS.some((one) => one.name === name));
  const known = BREAKS.map(({ name }) => name).join(', ');
  if (unknown.length > 0) throw new Error(`No break ${unknown.join(', ')}; known: ${known}`);
  return asked.length > 0 ? BREAKS.filter(({ name }) => asked.includes(name)) : BREAKS;
}

/** Runs every break, a few at a time. @returns the trials in the order of the breaks */
async function runAll(breaks) {
  const trials = [];
  let next = 0;
  const lane = async () => {
    while (next < breaks.length) {
      const at = next++;
      trials[at] = await step(breaks[at].name, () => runTrial(breaks[at]));
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return trials;
}

async function soak() {
  const breaks = selected();
  for (const one of breaks) assertApplicable(one);
  const since = Date.now();
  const unbroken = await step('the unbroken tree', () => runTrial(null));
  if (unbroken.failed.length > 0 || unbroken.passed === 0)
    throw new Error(`Tests fail in the unbroken tree: ${JSON.stringify(unbroken.failed, null, 2)}`);
  const trials = await runAll(breaks);
  console.log(`\n${table(trials)}`);
  if (breaks === BREAKS) writeResults(unbroken, trials, Date.now() - since);
  const unnoticed = trials.filter(({ failed }) => failed.length === 0).map(({ name }) => name);
  if (unnoticed.length > 0) throw new Error(`Unnoticed: ${unnoticed.join(', ')}`);
}

try {
  await soak();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
