/**
 * Tries the property tests for long: `npm run fuzz [-- --seconds <n> | --runs <n>] [--seed <n>] [<name>…]`. Each property is
 * tried for that many seconds (60 by default) or that often; a name selects the `*.property.spec.ts` files with it in their
 * path. It prints its seed; the same seed tries the same values. If a property does not hold, it prints a counterexample and
 * exits with 1.
 */
import { randomInt } from 'node:crypto';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from './toolchain/message-of.mjs';
import { ROOT, runtimeNode } from './toolchain/paths.mjs';
import { CommandFailed, runCommand } from './toolchain/run-command.mjs';

const USAGE = 'npm run fuzz -- [--seconds <n> | --runs <n>] [--seed <n>] [<name>…]';
const DEFAULT_SECONDS = 60;

function readOptions() {
  const number = /** @type {const} */ ({ type: 'string' });
  const { values, positionals } = parseArgs({
    options: { seconds: number, runs: number, seed: number },
    allowPositionals: true,
  });
  for (const [name, value] of Object.entries(values))
    if (!/^\d{1,9}$/.test(value)) throw new Error(`--${name} ${value}: use a number of at most nine digits`);
  if (values.seconds !== undefined && values.runs !== undefined)
    throw new Error('Use either --seconds or --runs');
  return { ...values, specs: specsOf(positionals) };
}

/** @param {string[]} names */
function specsOf(names) {
  const all = globSync('{apps,libs}/**/*.property.spec.ts', { cwd: ROOT });
  const unknown = names.filter((name) => !all.some((spec) => spec.includes(name)));
  if (unknown.length > 0)
    throw new Error(`No property test is called ${unknown.join(', ')}; there are:\n${all.join('\n')}`);
  return names.length === 0 ? all : all.filter((spec) => names.some((name) => spec.includes(name)));
}

/** @param {{seconds?: string, runs?: string}} options @returns {Record<string, string>} */
function limitsOf({ seconds, runs }) {
  if (runs !== undefined) return { FUZZ_RUNS: runs };
  return { FUZZ_SECONDS: seconds ?? String(DEFAULT_SECONDS) };
}

/** @param {ReturnType<typeof readOptions>} options */
async function fuzz(options) {
  const seed = options.seed ?? String(randomInt(1_000_000_000));
  const limits = limitsOf(options);
  console.log(`Seed ${seed}, ${JSON.stringify(limits)}. To repeat this run: --seed ${seed}`);
  const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
  const args = [vitest, 'run', '--project', 'unit', '--reporter=verbose', ...options.specs];
  const env = { ...process.env, NO_COLOR: '1', FUZZ_SEED: seed, ...limits };
  await runCommand(runtimeNode(), args, { show: true, env });
  console.log(`Every property held. Seed ${seed}`);
}

try {
  await fuzz(readOptions());
} catch (error) {
  console.error(
    error instanceof CommandFailed ? 'A property does not hold.' : `${messageOf(error)}\n${USAGE}`,
  );
  process.exitCode = error instanceof CommandFailed ? 1 : 2;
}
