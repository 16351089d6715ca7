import {
  cpSync,
  existsSync,
  globSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { ROOT } from '../toolchain/paths.mjs';

/** What the protocol's tests need to run from source. */
const TREE = ['apps', 'libs', 'scripts', 'test', 'package.json', 'tsconfig.json'];
const LEFT_OUT = new Set(['node_modules', 'dist']);

/** @typedef {import('./catalogue.mjs').Mutant} Mutant @typedef {import('./catalogue.mjs').Edit} Edit */

/** @param {string} file @param {string} text */
const countIn = (file, text) => (existsSync(file) ? readFileSync(file, 'utf8').split(text).length - 1 : 0);

/** Where a text has moved to: the sources of the checkout in which it occurs once. @param {string} text */
function placesOf(text) {
  const sources = globSync('{apps,libs}/**/*.ts', { cwd: ROOT }).filter((file) => !file.endsWith('.spec.ts'));
  return sources.filter((file) => countIn(join(ROOT, file), text) === 1);
}

/** @param {string} folder @param {string} name @param {Edit} edit @throws Error unless the text occurs exactly once */
function assertFits(folder, name, { file, find }) {
  const found = countIn(join(folder, file), find);
  if (found === 1) return;
  const places = placesOf(find).join(', ') || 'no other source';
  throw new Error(
    `Mutant ${name}: its text occurs ${found} times in ${file}, not once. It occurs once in: ${places}. The text: ${find}`,
  );
}

/** @param {Mutant} mutant @throws Error that says which text is missing in which file, and where it is now. */
export function assertApplicable({ name, edits }) {
  for (const edit of edits) assertFits(ROOT, name, edit);
}

/** @param {string} path */
const filter = (path) => !LEFT_OUT.has(basename(path));

/** A throw-away copy of the checkout. @returns {string} its folder */
export function createWorkspace() {
  const folder = mkdtempSync(join(tmpdir(), 'causeway-mutants-'));
  for (const part of TREE) cpSync(join(ROOT, part), join(folder, part), { recursive: true, filter });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** Edits a mutant into a copy. @param {string} folder @param {Mutant} mutant @throws Error if an edit does not fit */
export function applyMutant(folder, { name, edits }) {
  for (const edit of edits) {
    assertFits(folder, name, edit);
    const path = join(folder, edit.file);
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replace(edit.find, () => edit.replace),
    );
  }
}

/** @param {string} folder */
export const removeWorkspace = (folder) => rmSync(folder, { recursive: true, force: true });
