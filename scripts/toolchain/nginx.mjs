import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { accepts, startChild, untilReady } from './child-processes.mjs';
import { ensureProgram } from './debian-package.mjs';
import { ROOT } from './paths.mjs';

const NGINX = { name: 'nginx', path: 'usr/sbin/nginx', probe: ['-v'] };
const EXAMPLE = join(ROOT, 'deploy', 'nginx', 'gateway.conf');
const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

/**
 * Finds nginx, or unpacks Debian's package into `.causeway/tools`; nothing is installed and root is not needed.
 * @returns {Promise<import('./debian-package.mjs').Runnable | undefined>} undefined where neither is possible
 */
export const ensureNginx = () => ensureProgram(NGINX);

/**
 * Starts nginx in front of a gateway, with the configuration of `deploy/nginx`. For each request, `accessLog` gets a line with
 * its status and the status that the gateway answered with, or `-` if it was not forwarded.
 * @param {{nginx: import('./debian-package.mjs').Runnable, directory: string, port: number, gateway: string,
 *   keepAlive?: number, workerConnections?: number}} options `gateway`: `host:port` of the gateway; `keepAlive`: connections
 *   to it that are kept while idle
 * @returns {Promise<{child: import('./child-processes.mjs').Child, accessLog: string}>}
 */
export async function startNginx({
  nginx,
  directory,
  port,
  gateway,
  keepAlive = 32,
  workerConnections = 256,
}) {
  mkdirSync(directory, { recursive: true });
  const accessLog = join(directory, 'access.log');
  const site = readFileSync(EXAMPLE, 'utf8')
    .replace('127.0.0.1:8080', gateway)
    .replace('keepalive 32;', `keepalive ${keepAlive};`)
    .replace('listen 80;', `listen 127.0.0.1:${port};`);
  const configuration = join(directory, 'nginx.conf');
  writeFileSync(configuration, mainConfiguration(directory, accessLog, workerConnections, site));
  const command = [nginx.binary, '-p', directory, '-e', 'stderr', '-c', configuration];
  const child = await startChild({
    name: 'nginx',
    command,
    env: nginx.env,
    log: join(directory, 'nginx.log'),
  });
  await untilReady(child, () => accepts(port), 15_000);
  return { child, accessLog };
}

/** One process in the foreground that writes to its own directory only. */
/** @type {(directory: string, accessLog: string, workerConnections: number, site: string) => string} */
const mainConfiguration = (directory, accessLog, workerConnections, site) => `
daemon off;
master_process off;
pid ${join(directory, 'nginx.pid')};
error_log stderr error;
events { worker_connections ${workerConnections}; }
http {
  log_format forwarded '$status $upstream_status';
  access_log ${accessLog} forwarded;
${TEMPORARY.map((name) => `  ${name}_temp_path ${join(directory, name)};`).join('\n')}
${site}
}
`;
