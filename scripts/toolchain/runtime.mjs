import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, runtimeNode } from './paths.mjs';

const PROBE = 'process.version + " " + typeof require("node:crypto").randomUUIDv7';

/**
 * What to tell somebody whose Node cannot run the program, in one line; null if it can. This only happens on platforms for
 * which no Node comes with the packages.
 * @returns {string | null}
 */
export function unsuitableRuntime() {
  const node = runtimeNode();
  const [version, type] = execFileSync(node, ['-p', PROBE], { encoding: 'utf8' }).trim().split(' ');
  if (type === 'function') return null;
  const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  return `Causeway needs Node ${engines.node}; ${node} is ${version}.`;
}
