import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runtimeNode } from '../toolchain/paths.mjs';
import { CommandFailed, runCommand } from '../toolchain/run-command.mjs';
import { applyMutant, createWorkspace, removeWorkspace } from './workspace.mjs';

const CONFIG = 'scripts/mutants/vitest.config.mjs';
/** Milliseconds for one test: what a defective relay withholds is not waited for as long. */
const TEST_TIMEOUT = { unchanged: 20_000, mutant: 3000 };

/**
 * How many tests passed, and the names of those that failed.
 * @typedef {{passed: number, failed: string[]}} Trial
 *
 * Vitest's JSON report, as far as it is read here.
 * @typedef {{status: string, fullName: string}} TestResult
 * @typedef {{name: string, message: string, assertionResults: TestResult[]}} FileResult
 */

/**
 * Runs the protocol's tests in a copy of the tree: those of the traps that the mutant falls into, or all of them.
 * @param {import('./catalogue.mjs').Mutant | null} mutant null: the copy stays as it is.
 * @returns {Promise<Trial>}
 * @throws Error if the tests could not be run
 */
export async function runTrial(mutant) {
  const folder = createWorkspace();
  try {
    if (mutant !== null) applyMutant(folder, mutant);
    return countsOf(await runTests(folder, optionsFor(mutant)));
  } finally {
    removeWorkspace(folder);
  }
}

/** @param {import('./catalogue.mjs').Mutant | null} mutant */
const optionsFor = (mutant) =>
  mutant === null
    ? [`--testTimeout=${TEST_TIMEOUT.unchanged}`]
    : [`--testTimeout=${TEST_TIMEOUT.mutant}`, `--testNamePattern=trap (${mutant.traps.join('|')}): `];

/** @param {string} folder @param {string[]} options @returns {Promise<FileResult[]>} */
async function runTests(folder, options) {
  const report = join(folder, 'report.json');
  const vitest = join(folder, 'node_modules', 'vitest', 'vitest.mjs');
  const args = [vitest, 'run', '--config', CONFIG, '--reporter=json', `--outputFile=${report}`, ...options];
  await runCommand(runtimeNode(), args, { cwd: folder }).catch((error) => {
    if (!(error instanceof CommandFailed)) throw error;
  });
  return JSON.parse(readFileSync(report, 'utf8')).testResults;
}

/** @param {FileResult[]} files @returns {Trial} */
function countsOf(files) {
  const unloaded = files.find(({ assertionResults }) => assertionResults.length === 0);
  if (unloaded !== undefined) throw new Error(`${unloaded.name} was not run: ${unloaded.message}`);
  const tests = files.flatMap(({ assertionResults }) => assertionResults);
  const namesOf = (/** @type {string} */ state) =>
    tests.filter(({ status }) => status === state).map(({ fullName }) => fullName);
  return { passed: namesOf('passed').length, failed: namesOf('failed') };
}
