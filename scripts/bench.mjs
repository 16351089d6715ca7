/**
 * Runs the benches: `npm run bench [-- <name>…]`, or one of them with options: `npm run bench -- <name> --option…`. Each
 * prints one JSON object, which is kept in bench/results/<name>.json; with options it may print none. A bench/<name>.ts
 * measures libs: tsc compiles it as it compiles the product, so that what is measured is the JavaScript that ships. A
 * bench/<name>.mjs measures processes of the built program. The exit status is not 0 if a bench misses a limit.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from './toolchain/installation.mjs';
import { messageOf } from './toolchain/message-of.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiled = join(root, 'node_modules/.cache/bench');
const results = join(root, 'bench/results');

function compile() {
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(root, 'bench')], {
    stdio: 'inherit',
  });
  const scope = { type: 'module', imports: { '#libs/*': './libs/*/src/index.js' } };
  writeFileSync(join(compiled, 'package.json'), JSON.stringify(scope));
}

const known = () =>
  readdirSync(join(root, 'bench'))
    .filter((file) => ['.ts', '.mjs'].includes(extname(file)))
    .map((file) => basename(file, extname(file)));

/** @param {string} name */
const programOf = (name) =>
  existsSync(join(root, 'bench', `${name}.mjs`))
    ? join(root, 'bench', `${name}.mjs`)
    : join(compiled, 'bench', `${name}.js`);

/** True if the bench ran and kept within its limits. @param {string} name @param {string[]} options */
function run(name, options) {
  const { status, stdout } = spawnSync(process.execPath, [programOf(name), ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (stdout !== '') writeFileSync(join(results, `${name}.json`), stdout);
  console.log(`${name}: ${status === 0 ? 'ok' : `exit status ${status}`}\n${stdout}`);
  return status === 0;
}

/** Names come first; what follows from the first option on is for the bench. */
function readArguments() {
  const given = process.argv.slice(2);
  const names = given.slice(0, given.findIndex((one) => one.startsWith('-')) >>> 0);
  const options = given.slice(names.length);
  if (options.length > 0 && names.length !== 1)
    throw new Error('Options belong to one bench: give its name first');
  return { names: selected(names), options };
}

/** @param {string[]} asked */
function selected(asked) {
  const unknown = asked.filter((name) => !known().includes(name));
  if (unknown.length > 0)
    throw new Error(`There is no bench ${unknown.join(', ')}; there are: ${known().join(', ')}`);
  return asked.length > 0 ? asked : known();
}

/** True if every bench that was asked for kept within its limits. */
async function bench() {
  mkdirSync(results, { recursive: true });
  const { names, options } = readArguments();
  compile();
  await ensureBuilt();
  return names.map((name) => run(name, options)).every(Boolean);
}

try {
  if (!(await bench())) process.exitCode = 1;
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
