import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { STATE } from '../toolchain/paths.mjs';

const FILE = join(STATE, 'quickstart.json');

/** @param {import('./federation.mjs').PlaneProcess} process */
const plane = ({ url, opsUrl, pid, command, env }) => ({ url, opsUrl, pid, command, env });

/**
 * Writes `.causeway/quickstart.json`, by which other programs find the running federation. It holds secrets: mode 0600.
 * @param {import('./federation.mjs').Federation} federation
 * @returns {string} its path
 */
export function writeStateFile({ parts }) {
  const { control, gateways, mcpServers, users, postgresUrl, nats } = parts;
  const state = {
    controlPlane: { ...plane(control.plane), adminToken: control.adminToken },
    gateways: gateways.map((gateway) => ({ name: gateway.name, ...plane(gateway) })),
    mcpServers: mcpServers.map(({ name, url, proxyUrl }) => ({ name, url, proxyUrl })),
    users,
    postgresUrl,
    natsUrl: nats?.url ?? null,
    natsPid: nats?.pid ?? null,
  };
  writeFileSync(`${FILE}.new`, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${FILE}.new`, FILE);
  return FILE;
}

export const removeStateFile = () => rmSync(FILE, { force: true });
