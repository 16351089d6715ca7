import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { STATE } from '../toolchain/paths.mjs';

const RUNS = join(STATE, 'quickstart');

/** Makes the folder of this run, named after its process, and removes those whose process has gone. */
export function makeRunDirectory() {
  mkdirSync(RUNS, { recursive: true });
  for (const name of readdirSync(RUNS)) {
    if (!isAlive(Number(name))) rmSync(join(RUNS, name), { recursive: true, force: true });
  }
  const directory = join(RUNS, String(process.pid));
  if (existsSync(directory)) rmSync(directory, { recursive: true });
  mkdirSync(directory, { mode: 0o755 });
  return directory;
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
