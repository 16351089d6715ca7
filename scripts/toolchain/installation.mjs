import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { MAIN, ROOT } from './paths.mjs';
import { step } from './progress.mjs';
import { runCommand } from './run-command.mjs';

/** @param {string} path */
const modified = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

/** Installs the packages of the lock file, unless node_modules is at least as new as it. */
export async function ensureInstalled() {
  const installed = modified(join(ROOT, 'node_modules', '.package-lock.json'));
  if (installed >= modified(join(ROOT, 'package-lock.json'))) return;
  await step('install packages (npm ci)', () => runCommand('npm', ['ci', '--no-audit', '--no-fund']));
}

/** Builds `dist`, unless it is newer than everything it is built from. */
export async function ensureBuilt() {
  if (modified(MAIN) > newestSource()) return;
  await step('build', () => runCommand('npm', ['run', 'build']));
}

function newestSource() {
  const files = [
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'tsconfig.build.json',
    'nest-cli.json',
  ];
  const folders = ['apps/federation', 'libs', 'migrations'];
  return Math.max(...files.map((file) => modified(join(ROOT, file))), ...folders.map(newestIn));
}

/** @param {string} folder @returns {number} */
function newestIn(folder) {
  const path = join(ROOT, folder);
  if (!existsSync(path)) return 0;
  const entries = readdirSync(path, { recursive: true, withFileTypes: true });
  return Math.max(modified(path), ...entries.map((entry) => modified(join(folderOf(entry), entry.name))));
}

/** Node 18 calls it `path`. @param {{parentPath?: string, path?: string}} entry */
const folderOf = (entry) => entry.parentPath ?? String(entry.path);
