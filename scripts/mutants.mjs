/**
 * Mutation testing of the relay: `npm run mutants [-- <name>…]`. Each mutant is a defect that is edited into a throw-away
 * copy of the tree; the protocol's tests must notice it. A run of all of them keeps its result in
 * bench/results/mutants.json. The exit status is not 0 if a mutant survives, or if tests fail without any.
 */
import { MUTANTS } from './mutants/catalogue.mjs';
import { table, writeResults } from './mutants/report.mjs';
import { runTrial } from './mutants/trial.mjs';
import { assertApplicable } from './mutants/workspace.mjs';
import { step } from './toolchain/progress.mjs';

/**
 * @typedef {import('./mutants/catalogue.mjs').Mutant} Mutant
 * @typedef {import('./mutants/trial.mjs').Trial} Trial
 */

/** More at once, on a machine with two cores, would run into the tests' time-outs. */
const LANES = 2;

/** @returns {Mutant[]} */
function selected() {
  const asked = process.argv.slice(2);
  const unknown = asked.filter((name) => !MUTANTS.some((one) => one.name === name));
  const known = MUTANTS.map(({ name }) => name).join(', ');
  if (unknown.length > 0) throw new Error(`There is no mutant ${unknown.join(', ')}; there are: ${known}`);
  return asked.length > 0 ? MUTANTS.filter(({ name }) => asked.includes(name)) : MUTANTS;
}

/** Tries the mutants, a few at a time. @param {Mutant[]} mutants @returns {Promise<(Trial & Mutant)[]>} in their order */
async function tryAll(mutants) {
  /** @type {(Trial & Mutant)[]} */
  const trials = [];
  const left = [...mutants.entries()];
  const lane = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [at, mutant] = next;
      trials[at] = { ...mutant, ...(await step(mutant.name, () => runTrial(mutant))) };
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return trials;
}

async function main() {
  const mutants = selected();
  for (const mutant of mutants) assertApplicable(mutant);
  const since = Date.now();
  const unchanged = await step('the tree as it is', () => runTrial(null));
  if (unchanged.failed.length > 0 || unchanged.passed === 0)
    throw new Error(`Tests fail without any mutant: ${JSON.stringify(unchanged.failed, null, 2)}`);
  const trials = await tryAll(mutants);
  console.log(`\n${table(trials)}`);
  if (mutants === MUTANTS) writeResults(unchanged, trials, Date.now() - since);
  const survivors = trials.filter(({ failed }) => failed.length === 0).map(({ name }) => name);
  if (survivors.length > 0) throw new Error(`These mutants survived: ${survivors.join(', ')}`);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
