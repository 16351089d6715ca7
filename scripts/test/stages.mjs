import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { messageOf } from '../toolchain/message-of.mjs';
import { ROOT, STATE, runtimeNode } from '../toolchain/paths.mjs';
import { CommandFailed, runCommand } from '../toolchain/run-command.mjs';

/**
 * A stage is a script of package.json, or a project of vitest.config.ts.
 * @typedef {{name: string, title: string, script?: string, project?: string}} Stage
 * @typedef {{passed: number, failed: number}} Counts
 */

/** @type {(name: string, title: string) => Stage} */
const script = (name, title) => ({ name, title, script: name });
/** @type {(name: string, title: string) => Stage} */
const suite = (name, title) => ({ name, title, project: name });

/** The stages of `npm test`, cheapest first. */
export const STAGES = [
  script('verify:format', 'format'),
  script('verify:lint', 'lint'),
  script('verify:layers', 'import rules'),
  script('verify:types', 'types'),
  suite('unit', 'unit tests'),
  script('migration:check', 'migrations make exactly the schema of the entities'),
  suite('medium', 'tests on real PostgreSQL and NATS, in process'),
  suite('e2e', 'tests of the built program'),
  suite('conformance', 'the official conformance suite, direct and through gateways'),
];

/**
 * Runs a stage. @throws CommandFailed where there is nothing to count
 * @param {Stage} stage
 * @returns {Promise<Counts>}
 */
export const runStage = ({ script: name, project }) =>
  project === undefined ? runScript(String(name)) : runSuite(project);

/** @param {string} name @returns {Promise<Counts>} */
async function runScript(name) {
  try {
    await runCommand('npm', ['run', '--silent', name]);
    return { passed: 1, failed: 0 };
  } catch (error) {
    console.log(messageOf(error));
    throw error;
  }
}

/** @param {string} project @returns {Promise<Counts>} */
async function runSuite(project) {
  const report = join(STATE, 'test', `${project}.json`);
  mkdirSync(dirname(report), { recursive: true });
  rmSync(report, { force: true });
  const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const args = [vitest, 'run', '--project', project, '--passWithNoTests', ...reporters];
  const env = { ...process.env, NO_COLOR: '1' };
  const ended = await runCommand(runtimeNode(), args, { show: true, env }).catch(keepFailure);
  const counts = readReport(report);
  // A suite that could not even be loaded fails without a failed test.
  if (ended instanceof CommandFailed && counts.failed === 0) return { ...counts, failed: 1 };
  return counts;
}

/** @param {unknown} error */
function keepFailure(error) {
  if (error instanceof CommandFailed) return error;
  throw error;
}

/** @param {string} path @returns {Counts} */
function readReport(path) {
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(path, 'utf8'));
  return { passed: numPassedTests, failed: numFailedTests };
}
