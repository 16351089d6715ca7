import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { adminApi } from '../../../scripts/toolchain/admin-api.mjs';
import { freePort } from '../../../scripts/toolchain/free-port.mjs';
import { startPlaneProcess } from '../../../scripts/toolchain/plane-process.mjs';
import { startPostgresServer } from '../../../scripts/toolchain/postgres-server.mjs';
import { startServer } from './program.mjs';

const USER = 'alice@example.com';

/**
 * @typedef {import('../../../scripts/toolchain/plane-process.mjs').PlaneProcess & {inspectorPort: number}} Gateway
 * @typedef {ReturnType<typeof adminApi>} AdminApi
 * @typedef {{aws: Gateway, azure: Gateway, token: string, standIn: import('./program.mjs').Program}} Federation
 */

/** @param {string} name @param {string} directory @param {Record<string, string>} env @param {number} [port] */
async function startPlane(name, directory, env, port) {
  const inspectorPort = await freePort();
  const plane = await startPlaneProcess({
    name,
    port: port ?? (await freePort()),
    opsPort: await freePort(),
    env: { ...env, SHUTDOWN_DELAY_MS: '0' },
    log: join(directory, `${name}.log`),
    // The inspector listens only once it is asked for.
    nodeArguments: [`--inspect-port=${inspectorPort}`],
  });
  await plane.ready();
  return Object.assign(plane, { inspectorPort });
}

/**
 * A control plane with the gateways `aws` and `azure`, and the servers `near` at aws and `far` at azure. Everything is on.
 * The gateways reach the control plane through the stand-in for its ingest.
 * @param {string} directory @param {string} mcpServerUrl
 * @returns {Promise<Federation>}
 */
export async function startFederation(directory, mcpServerUrl) {
  const postgres = await startPostgresServer({ directory: join(directory, 'postgres') });
  const adminToken = randomBytes(24).toString('hex');
  const control = await startPlane('control-plane', directory, {
    ROLE: 'control',
    DATABASE_URL: postgres.url,
    CAUSEWAY_MASTER_KEY: randomBytes(32).toString('base64'),
    BOOTSTRAP_ADMIN_TOKEN: adminToken,
  });
  const standIn = await startServer('ingest-stand-in.mjs', directory, { env: { TARGET: control.url } });
  const api = adminApi(control.url, adminToken);
  const aws = await startGateway('aws', directory, api, standIn.url);
  const azure = await startGateway('azure', directory, api, standIn.url);
  const token = await register(api, { near: aws.url, far: azure.url }, mcpServerUrl);
  return { aws, azure, standIn, token };
}

/** @param {string} name @param {string} directory @param {AdminApi} api @param {string} controlPlaneUrl */
async function startGateway(name, directory, api, controlPlaneUrl) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const { joinToken } = await api.post('/gateways', { name, url, hopUrl: null, labels: {} });
  const env = {
    ROLE: 'gateway',
    GATEWAY_URL: url,
    CONTROL_PLANE_URL: controlPlaneUrl,
    JOIN_TOKEN: joinToken.token,
    DATA_DIR: join(directory, `data-${name}`),
    ALLOWED_NETWORKS: '127.0.0.0/8',
  };
  return startPlane(name, directory, env, port);
}

/** @param {AdminApi} api @param {Record<string, string>} proxyUrls @param {string} url @returns {Promise<string>} */
async function register(api, proxyUrls, url) {
  for (const [name, proxyUrl] of Object.entries(proxyUrls))
    await api.post('/mcp-servers', { name, url, proxyUrl });
  await api.post('/users', { name: USER, displayName: 'Alice', groups: [], roles: [], enabled: true });
  await api.post('/policies', {
    name: 'calendar',
    effect: 'allow',
    subjects: [`user:${USER}`],
    servers: Object.keys(proxyUrls),
    tools: ['get_*'],
  });
  const { token } = await api.post('/tokens', { user: USER, name: 'bench' });
  return token;
}
