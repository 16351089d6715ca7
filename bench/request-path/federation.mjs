import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { adminApi } from '../../scripts/toolchain/admin-api.mjs';
import { startChild } from '../../scripts/toolchain/child-processes.mjs';
import { freePort } from '../../scripts/toolchain/free-port.mjs';
import { startPlaneProcess } from '../../scripts/toolchain/plane-process.mjs';
import { startPostgresServer } from '../../scripts/toolchain/postgres-server.mjs';

const USER = 'alice@example.com';

/** Starts one of the small processes beside this file on a free port. */
export async function startProgram(file, directory, env = {}) {
  const port = await freePort();
  const log = join(directory, `${file}-${port}.log`);
  const program = fileURLToPath(new URL(file, import.meta.url));
  const spec = { name: file, command: [process.execPath, program], log };
  const child = await startChild({ ...spec, env: { ...env, PORT: String(port) } });
  return { url: `http://127.0.0.1:${port}/mcp`, pid: child.pid };
}

async function startPlane(name, directory, env) {
  const port = await freePort();
  const log = join(directory, `${name}.log`);
  const plane = await startPlaneProcess({ name, port, opsPort: await freePort(), env, log });
  await plane.ready();
  return plane;
}

/** A control plane with gateways `aws` and `azure`; servers `near` at aws and `far` at azure; everything is on. */
export async function startFederation(directory, mcpServerUrl) {
  const postgres = await startPostgresServer({ directory: join(directory, 'postgres') });
  const adminToken = randomBytes(24).toString('hex');
  const control = await startPlane('control-plane', directory, {
    ROLE: 'control',
    DATABASE_URL: postgres.url,
    CAUSEWAY_MASTER_KEY: randomBytes(32).toString('base64'),
    BOOTSTRAP_ADMIN_TOKEN: adminToken,
  });
  const api = adminApi(control.url, adminToken);
  const aws = await startGateway('aws', directory, api, control.url);
  const azure = await startGateway('azure', directory, api, control.url);
  const token = await register(api, { near: aws.url, far: azure.url }, mcpServerUrl);
  return { aws, azure, control, token };
}

async function startGateway(name, directory, api, controlPlaneUrl) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const { joinToken } = await api.post('/gateways', { name, url, hopUrl: null, labels: {} });
  const log = join(directory, `${name}.log`);
  const env = {
    ROLE: 'gateway',
    GATEWAY_URL: url,
    CONTROL_PLANE_URL: controlPlaneUrl,
    JOIN_TOKEN: joinToken.token,
    DATA_DIR: join(directory, `data-${name}`),
  };
  const plane = await startPlaneProcess({ name, port, opsPort: await freePort(), env, log });
  await plane.ready();
  return plane;
}

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
