import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { ROOT } from '../toolchain/paths.mjs';

/** What the protocol's tests need to run from source. */
const TREE = ['apps', 'libs', 'scripts', 'test', 'package.json', 'tsconfig.json'];
const LEFT_OUT = new Set(['node_modules', 'dist']);

/** The text with a break's edit made in it. @throws Error where the text to be replaced does not occur exactly once */
function edited(text, name, { file, find, replace }) {
  const found = text.split(find).length - 1;
  if (found !== 1) throw new Error(`Break ${name}: found ${found} times in ${file}, must be once: ${find}`);
  return text.replace(find, () => replace);
}

/** @throws Error if one of the break's edits does not fit the checkout. */
export function assertApplicable({ name, edits }) {
  for (const edit of edits) edited(readFileSync(join(ROOT, edit.file), 'utf8'), name, edit);
}

const filter = (path) => !LEFT_OUT.has(basename(path));

/** A throw-away copy of the checkout. @returns {string} its folder */
export function createWorkspace() {
  const folder = mkdtempSync(join(tmpdir(), 'causeway-soak-'));
  for (const part of TREE) cpSync(join(ROOT, part), join(folder, part), { recursive: true, filter });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** Makes a break's edits in a copy. @throws Error if one does not fit */
export function applyBreak(folder, { name, edits }) {
  for (const edit of edits) {
    const path = join(folder, edit.file);
    writeFileSync(path, edited(readFileSync(path, 'utf8'), name, edit));
  }
}

export const removeWorkspace = (folder) => rmSync(folder, { recursive: true, force: true });
