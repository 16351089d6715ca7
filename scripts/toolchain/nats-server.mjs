import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { startChild, untilReady } from './child-processes.mjs';
import { freePort } from './free-port.mjs';
import { STATE } from './paths.mjs';
import { runCommand } from './run-command.mjs';

const TOOLS = join(STATE, 'tools');
const UNPACKED = join(TOOLS, 'usr', 'sbin', 'nats-server');

/** The nats-server of this machine: the one on the PATH, or the one unpacked before. Undefined if there is none. */
export function findNatsServer() {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/bin'];
  return [...folders.map((folder) => join(folder, 'nats-server')), UNPACKED].find((path) => existsSync(path));
}

/**
 * Finds nats-server, or unpacks Debian's package into `.causeway/tools`; nothing is installed and root is not needed.
 * @returns {Promise<string | undefined>} its path, or undefined where neither is possible
 */
export async function ensureNatsServer() {
  const found = findNatsServer();
  if (found !== undefined) return found;
  return (await unpack()) ? UNPACKED : undefined;
}

async function unpack() {
  mkdirSync(TOOLS, { recursive: true });
  try {
    await download([]).catch(() => downloadByOwnLists());
    const packed = readdirSync(TOOLS).find((file) => file.startsWith('nats-server') && file.endsWith('.deb'));
    await runCommand('dpkg', ['-x', packed, TOOLS], { cwd: TOOLS });
    rmSync(join(TOOLS, packed));
    return existsSync(UNPACKED);
  } catch (error) {
    console.log(`      nats-server could not be unpacked: ${String(error.message).split('\n')[0]}`);
    return false;
  }
}

const download = (options) => runCommand('apt-get', [...options, 'download', 'nats-server'], { cwd: TOOLS });

/** Where the machine has no package lists, as in a fresh container, they are fetched into a folder of our own. */
async function downloadByOwnLists() {
  const folder = join(TOOLS, 'apt');
  mkdirSync(join(folder, 'lists', 'partial'), { recursive: true });
  mkdirSync(join(folder, 'cache', 'archives', 'partial'), { recursive: true });
  const options = [
    '-o',
    `Dir::State::lists=${join(folder, 'lists')}`,
    '-o',
    `Dir::Cache=${join(folder, 'cache')}`,
  ];
  await runCommand('apt-get', [...options, 'update'], { cwd: TOOLS });
  await download(options);
  rmSync(folder, { recursive: true, force: true });
}

/**
 * Starts nats-server on a loopback port.
 * @param {{binary: string, log: string, port?: number}} options
 * @returns {Promise<{url: string, port: number, child: import('./child-processes.mjs').Child}>}
 */
export async function startNatsServer({ binary, log, port }) {
  const at = port ?? (await freePort());
  const command = [binary, '-a', '127.0.0.1', '-p', String(at)];
  const child = await startChild({ name: 'nats-server', command, log });
  await untilReady(child, () => accepts(at), 15_000);
  return { url: `nats://127.0.0.1:${at}`, port: at, child };
}

function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (result) => {
      socket.destroy();
      resolve(result);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}
