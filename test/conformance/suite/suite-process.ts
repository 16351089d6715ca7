import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startChild } from '../../../scripts/toolchain/child-processes.mjs';
import { runtimeNode } from '../../../scripts/toolchain/paths.mjs';
import { readChecks, type Check } from './checks.js';
import { SUITE, type Side } from './requirement-set.js';

const PRELOAD = join(import.meta.dirname, 'bearer.preload.mjs');

/** A token for requests to one origin; the suite itself knows of no authentication. */
export interface Bearer {
  origin: string;
  token: string;
}

/**
 * Runs the official suite in a process of its own. @returns every check that it wrote
 * @throws Error with what it printed if it wrote none
 */
export async function runSuite(
  directory: string,
  side: Side,
  args: string[],
  env: Record<string, string> = {},
): Promise<Check[]> {
  const output = mkdtempSync(join(directory, `${side}-`));
  const log = join(output, 'suite.log');
  const main = join(SUITE, 'dist', 'index.js');
  const command = [runtimeNode(), '--import', PRELOAD, main, side, ...args, '--output-dir', output];
  // Dozens of processes load the same megabyte of code.
  const cache = { NODE_COMPILE_CACHE: join(directory, 'compile-cache') };
  const child = await startChild({
    name: 'conformance',
    command,
    env: { ...process.env, ...cache, ...env },
    log,
  });
  await child.exited;
  const checks = readChecks(output);
  if (checks.length === 0)
    throw new Error(`The suite wrote no checks\n${readFileSync(log, 'utf8').slice(-4000)}`);
  return checks;
}

/** Environment that makes the suite send the token. */
export const bearerEnv = ({ origin, token }: Bearer): Record<string, string> => ({
  CONFORMANCE_BEARER_ORIGIN: origin,
  CONFORMANCE_BEARER_TOKEN: token,
});
