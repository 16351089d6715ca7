import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runtimeNode } from '../toolchain/paths.mjs';
import { CommandFailed, runCommand } from '../toolchain/run-command.mjs';
import { applyBreak, createWorkspace, removeWorkspace } from './workspace.mjs';

const CONFIG = 'scripts/soak/vitest.config.mjs';
/** Milliseconds for one test: what a broken relay withholds is not waited for as long. */
const TEST_TIMEOUT = { unbroken: 20_000, broken: 3000 };
const TRAP = /^trap (\d+): /;

/**
 * Runs the protocol's tests in a copy of the tree.
 * @param {import('./breaks.mjs').Break | null} broken null: the copy stays as it is.
 * @returns `noticed` says whether a test of a trap that the break falls into has failed.
 * @throws Error if the tests could not be run
 */
export async function runTrial(broken) {
  const folder = createWorkspace();
  try {
    if (broken !== null) applyBreak(folder, broken);
    return { ...broken, ...judged(await runTests(folder, broken), broken?.traps ?? []) };
  } finally {
    removeWorkspace(folder);
  }
}

async function runTests(folder, broken) {
  const timeout = broken === null ? TEST_TIMEOUT.unbroken : TEST_TIMEOUT.broken;
  const report = join(folder, 'report.json');
  const vitest = join(folder, 'node_modules', 'vitest', 'vitest.mjs');
  const reporting = ['--reporter=json', `--outputFile=${report}`];
  const args = [vitest, 'run', '--config', CONFIG, `--testTimeout=${timeout}`, ...reporting];
  await runCommand(runtimeNode(), args, { cwd: folder }).catch((error) => {
    if (!(error instanceof CommandFailed)) throw error;
  });
  return JSON.parse(readFileSync(report, 'utf8')).testResults;
}

const trapOf = ({ title }) => Number(TRAP.exec(title)?.[1]);

function judged(files, traps) {
  const unloaded = files.find(({ assertionResults }) => assertionResults.length === 0);
  if (unloaded !== undefined) throw new Error(`${unloaded.name} was not run: ${unloaded.message}`);
  const tests = files.flatMap(({ assertionResults }) => assertionResults);
  const failed = tests
    .filter(({ status }) => status === 'failed')
    .map(({ title, fullName }) => ({ title, fullName }));
  return {
    passed: tests.filter(({ status }) => status === 'passed').length,
    failed: failed.map(({ fullName }) => fullName),
    noticedBy: [...new Set(failed.map(trapOf))].toSorted((a, b) => a - b),
    noticed: failed.some((test) => traps.includes(trapOf(test))),
  };
}
