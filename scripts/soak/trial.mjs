import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runtimeNode } from '../toolchain/paths.mjs';
import { CommandFailed, runCommand } from '../toolchain/run-command.mjs';
import { applyBreak, createWorkspace, removeWorkspace } from './workspace.mjs';

const CONFIG = 'scripts/soak/vitest.config.mjs';
/** Milliseconds for one test: what a broken relay withholds is not waited for as long. */
const TEST_TIMEOUT = { unbroken: 20_000, broken: 3000 };

/**
 * Runs the protocol's tests in a copy of the tree: those of the traps that the break falls into, or all of them.
 * @param {import('./breaks.mjs').Break | null} broken null: the copy stays as it is.
 * @returns how many tests passed, and the names of those that failed
 * @throws Error if the tests could not be run
 */
export async function runTrial(broken) {
  const folder = createWorkspace();
  try {
    if (broken !== null) applyBreak(folder, broken);
    return { ...broken, ...countsOf(await runTests(folder, optionsFor(broken))) };
  } finally {
    removeWorkspace(folder);
  }
}

const optionsFor = (broken) =>
  broken === null
    ? [`--testTimeout=${TEST_TIMEOUT.unbroken}`]
    : [`--testTimeout=${TEST_TIMEOUT.broken}`, `--testNamePattern=trap (${broken.traps.join('|')}): `];

async function runTests(folder, options) {
  const report = join(folder, 'report.json');
  const vitest = join(folder, 'node_modules', 'vitest', 'vitest.mjs');
  const args = [vitest, 'run', '--config', CONFIG, '--reporter=json', `--outputFile=${report}`, ...options];
  await runCommand(runtimeNode(), args, { cwd: folder }).catch((error) => {
    if (!(error instanceof CommandFailed)) throw error;
  });
  return JSON.parse(readFileSync(report, 'utf8')).testResults;
}

function countsOf(files) {
  const unloaded = files.find(({ assertionResults }) => assertionResults.length === 0);
  if (unloaded !== undefined) throw new Error(`${unloaded.name} was not run: ${unloaded.message}`);
  const tests = files.flatMap(({ assertionResults }) => assertionResults);
  const namesOf = (state) => tests.filter(({ status }) => status === state).map(({ fullName }) => fullName);
  return { passed: namesOf('passed').length, failed: namesOf('failed') };
}
