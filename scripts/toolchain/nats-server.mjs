import { accepts, startChild, untilReady } from './child-processes.mjs';
import { ensureProgram } from './debian-package.mjs';
import { freePort } from './free-port.mjs';

const NATS_SERVER = { name: 'nats-server', path: 'usr/sbin/nats-server', probe: ['--version'] };

/**
 * Finds nats-server, or unpacks Debian's package into `.causeway/tools`; nothing is installed and root is not needed.
 * @returns {Promise<string | undefined>} its path, or undefined where neither is possible
 */
export async function ensureNatsServer() {
  return (await ensureProgram(NATS_SERVER))?.binary;
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
