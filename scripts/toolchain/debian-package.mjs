import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { messageOf } from './message-of.mjs';
import { STATE } from './paths.mjs';
import { runCommand } from './run-command.mjs';

const TOOLS = join(STATE, 'tools');
/** The folder of apt-get's own files, where the machine has none for us. */
const APT = 'apt';
const LIBRARIES = ['lib', join('usr', 'lib')];

/**
 * A program that is installed on this machine, or else is unpacked from Debian's package.
 * @typedef {{name: string, path: string, probe: string[]}} DebianProgram `name` of program and package, `path` of the
 *   program in the package, and arguments with which it only shows that it runs
 * @typedef {{binary: string, env: NodeJS.ProcessEnv}} Runnable
 */

/**
 * The program on the PATH, or the one unpacked before. Undefined if there is none.
 * @param {DebianProgram} program
 * @returns {Runnable | undefined}
 */
function findProgram({ name, path }) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/bin'];
  const installed = folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
  if (installed !== undefined) return { binary: installed, env: process.env };
  const unpacked = runnableIn(join(TOOLS, name), path);
  return existsSync(unpacked.binary) ? unpacked : undefined;
}

/**
 * Finds the program, or unpacks Debian's package into `.causeway/tools`; nothing is installed and root is not needed.
 * @param {DebianProgram} program
 * @returns {Promise<Runnable | undefined>} undefined where neither is possible
 */
export async function ensureProgram(program) {
  const found = findProgram(program);
  if (found !== undefined) return found;
  mkdirSync(TOOLS, { recursive: true });
  const folder = mkdtempSync(join(TOOLS, `${program.name}-`));
  try {
    await unpack(program, folder);
    putInPlace(folder, join(TOOLS, program.name));
    return findProgram(program);
  } catch (error) {
    console.log(`      ${program.name} could not be unpacked: ${messageOf(error).split('\n')[0]}`);
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {DebianProgram} program @param {string} folder */
async function unpack({ name, path, probe }, folder) {
  const packed = await download(name, folder);
  await extract(packed, folder);
  const runs = () => {
    const { binary, env } = runnableIn(folder, path);
    return runCommand(binary, probe, { env });
  };
  await runs().catch(async () => {
    await addLibraries(packed, folder);
    await runs();
  });
  for (const one of readdirSync(folder))
    if (one.endsWith('.deb') || one === APT) rmSync(join(folder, one), { recursive: true });
}

/**
 * Puts the libraries that the machine lacks, and those that they need, beside the program. The C library is never replaced.
 * @param {string} packed @param {string} folder
 */
async function addLibraries(packed, folder, seen = new Set(['libc6'])) {
  const needed = await runCommand('dpkg-deb', ['-f', packed, 'Depends']);
  for (const library of librariesIn(needed).filter((one) => !seen.has(one))) {
    seen.add(library);
    const file = await download(library, folder);
    await extract(file, folder);
    await addLibraries(file, folder, seen);
  }
}

/** @param {string} dependencies */
const librariesIn = (dependencies) =>
  dependencies
    .split(/[,\n]/)
    .map((one) => String(one.trim().split(/[ (:|]/)[0]))
    .filter((name) => name.startsWith('lib') || name === 'zlib1g');

/** @param {string} packed @param {string} folder */
const extract = (packed, folder) => runCommand('dpkg', ['-x', packed, folder]);

/** Another process may have put the same there meanwhile, which is just as good. @param {string} folder @param {string} target */
function putInPlace(folder, target) {
  if (!existsSync(target)) renameSync(folder, target);
}

/** @param {string} folder @param {string} path @returns {Runnable} */
function runnableIn(folder, path) {
  const libraries = LIBRARIES.map((one) => join(folder, one)).filter((one) => existsSync(one));
  const found = libraries.flatMap((one) => readdirSync(one).map((entry) => join(one, entry)));
  const own = found.filter((one) => one.endsWith('-linux-gnu'));
  const env = own.length === 0 ? process.env : { ...process.env, LD_LIBRARY_PATH: own.join(delimiter) };
  return { binary: join(folder, path), env };
}

/** @param {string} name @param {string} folder */
async function download(name, folder) {
  await fetchPackage(name, folder, []).catch(() => fetchByOwnLists(name, folder));
  const file = readdirSync(folder).find((one) => one.startsWith(`${name}_`) && one.endsWith('.deb'));
  if (file === undefined) throw new Error(`apt-get downloaded no package ${name}`);
  return join(folder, file);
}

/** @param {string} name @param {string} folder @param {string[]} options */
const fetchPackage = (name, folder, options) =>
  runCommand('apt-get', [...options, 'download', name], { cwd: folder });

/** A fresh container has no package lists; they are downloaded into a folder of our own. @param {string} name @param {string} folder */
async function fetchByOwnLists(name, folder) {
  const own = join(folder, APT);
  const lists = join(own, 'lists');
  const cache = join(own, 'cache');
  const options = ['-o', `Dir::State::lists=${lists}`, '-o', `Dir::Cache=${cache}`];
  if (!existsSync(lists)) {
    mkdirSync(join(lists, 'partial'), { recursive: true });
    mkdirSync(join(cache, 'archives', 'partial'), { recursive: true });
    await runCommand('apt-get', [...options, 'update'], { cwd: folder });
  }
  await fetchPackage(name, folder, options);
}
