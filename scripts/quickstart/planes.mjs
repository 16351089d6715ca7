import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { startPlaneProcess } from '../toolchain/plane-process.mjs';

const secret = () => randomBytes(32).toString('base64url');

/**
 * Where a gateway will be.
 * @typedef {{port: number, opsPort: number, url: string}} At
 * @typedef {import('./options.mjs').Options} Options
 * @typedef {import('./topology.mjs').Place} Place
 * @typedef {import('../toolchain/plane-process.mjs').PlaneProcess} PlaneProcess
 */

/**
 * Starts the control plane and waits until it is ready.
 * @param {{options: Options, directory: string, postgresUrl: string, natsUrl: string | null}} where
 */
export async function startControlPlane({ options, directory, postgresUrl, natsUrl }) {
  const adminToken = secret();
  const plane = await startPlaneProcess({
    name: 'control plane',
    port: await options.port('control'),
    opsPort: await options.port('control-ops'),
    log: join(directory, 'logs', 'control-plane.log'),
    env: {
      ROLE: 'control',
      DATABASE_URL: postgresUrl,
      CAUSEWAY_MASTER_KEY: randomBytes(32).toString('base64'),
      BOOTSTRAP_ADMIN_TOKEN: adminToken,
      SHUTDOWN_DELAY_MS: '0',
      ...(natsUrl === null ? {} : { NATS_URL: natsUrl }),
    },
  });
  await plane.ready();
  return { ...plane, adminToken, plane };
}

/**
 * Chooses where a gateway will be, before it is registered: its URL is part of the registration.
 * @param {Options} options @param {Place} place @returns {Promise<At>}
 */
export async function placeGateway(options, { gateway }) {
  const port = await options.port(gateway);
  return { port, opsPort: await options.port(`${gateway}-ops`), url: `http://127.0.0.1:${port}` };
}

/**
 * Starts the gateway of a place and waits until it has its configuration.
 * @param {{directory: string, natsUrl: string | null, controlPlaneUrl: string, place: Place, at: At, joinToken: string}} where
 * @returns {Promise<PlaneProcess>}
 */
export async function startGateway({ directory, natsUrl, controlPlaneUrl, place, at, joinToken }) {
  const plane = await startPlaneProcess({
    name: place.gateway,
    port: at.port,
    opsPort: at.opsPort,
    log: join(directory, 'logs', `gateway-${place.gateway}.log`),
    env: {
      ROLE: 'gateway',
      GATEWAY_URL: at.url,
      CONTROL_PLANE_URL: controlPlaneUrl,
      JOIN_TOKEN: joinToken,
      DATA_DIR: join(directory, `gateway-${place.gateway}`),
      UPSTREAM_LOCAL_ADDRESS: place.gatewayAddress,
      // The whole federation is on this machine.
      ALLOWED_NETWORKS: '127.0.0.0/8',
      SHUTDOWN_DELAY_MS: '0',
      ...(natsUrl === null ? {} : { NATS_URL: natsUrl }),
    },
  });
  await plane.ready();
  return plane;
}
