import { join } from 'node:path';
import { adminApi } from '../toolchain/admin-api.mjs';
import { ensureNatsServer, startNatsServer } from '../toolchain/nats-server.mjs';
import { startPostgresServer } from '../toolchain/postgres-server.mjs';
import { step } from '../toolchain/progress.mjs';
import { startDemoServer } from './demo-servers/start.mjs';
import { Federation } from './federation.mjs';
import { placeGateway, startControlPlane, startGateway } from './planes.mjs';
import { registerGateway, registerRest, untilInSync } from './registration.mjs';
import { PLACES } from './topology.mjs';

/**
 * @typedef {import('./federation.mjs').Parts} Parts
 * @typedef {import('./topology.mjs').Place} Place
 */

/** Starts everything in order; `stop` ends what has been started in the reverse order. */
export class Launch {
  /** @type {(() => Promise<unknown>)[]} */
  #stops = [];

  /** @param {import('./options.mjs').Options} options @param {string} directory of this run */
  constructor(options, directory) {
    this.options = options;
    this.directory = directory;
    this.logs = join(directory, 'logs');
  }

  /** @returns {Promise<Federation>} */
  async start() {
    const postgresUrl = await step('start PostgreSQL', () => this.#startPostgres());
    const nats = await step('start nats-server', () => this.#startNats());
    const urls = { postgresUrl, natsUrl: nats?.url ?? null };
    const control = await step('start the control plane', () => this.#startControlPlane(urls));
    const api = adminApi(control.url, control.adminToken);
    const servers = await step(`start ${PLACES.length} MCP servers`, () => this.#startServers());
    const gateways = await step('register the gateways and start them', () =>
      Promise.all(PLACES.map((place) => this.#startGateway({ api, control, natsUrl: urls.natsUrl }, place))),
    );
    const mcpServers = withProxyUrls(servers, gateways);
    const users = await step('register MCP servers, users, tokens and policies', async () => {
      const registered = await registerRest(api, mcpServers);
      await untilInSync(api);
      return registered;
    });
    return new Federation({ control, gateways, mcpServers, users, postgresUrl, nats, api });
  }

  async stop() {
    for (const end of this.#stops.splice(0).toReversed()) await end();
  }

  async #startPostgres() {
    const port = await this.options.port('postgres');
    const postgres = await startPostgresServer({ directory: join(this.directory, 'postgres'), port });
    this.#stops.push(() => postgres.stop());
    return postgres.url;
  }

  /** @returns {Promise<Parts['nats']>} */
  async #startNats() {
    const binary = await ensureNatsServer();
    if (binary === undefined) {
      console.log(
        '      nats-server is not installed and could not be unpacked. Changes reach the gateways by long poll instead.',
      );
      return null;
    }
    const port = await this.options.port('nats');
    const { url, child } = await startNatsServer({ binary, port, log: join(this.logs, 'nats-server.log') });
    this.#stops.push(() => child.stop());
    return { url, pid: child.pid };
  }

  /** @param {{postgresUrl: string, natsUrl: string | null}} urls */
  async #startControlPlane(urls) {
    const { options, directory } = this;
    const control = await startControlPlane({ options, directory, ...urls });
    this.#stops.push(() => control.plane.child.stop());
    return control;
  }

  async #startServers() {
    const start = async (/** @type {Place} */ place) => {
      const { name, url, child } = await startDemoServer(place, this.logs);
      this.#stops.push(() => child.stop());
      return { name, url, description: place.server.description };
    };
    return Promise.all(PLACES.map(start));
  }

  /** @param {Pick<Parts, 'api' | 'control'> & {natsUrl: string | null}} shared @param {Place} place */
  async #startGateway({ api, control, natsUrl }, place) {
    const at = await placeGateway(this.options, place);
    const joinToken = await registerGateway(api, place, at.url);
    const { directory } = this;
    const gateway = await startGateway({
      directory,
      natsUrl,
      controlPlaneUrl: control.url,
      place,
      at,
      joinToken,
    });
    this.#stops.push(() => gateway.child.stop());
    return gateway;
  }
}

/**
 * Each MCP server is reached through the gateway of its place.
 * @param {{name: string, url: string, description: string}[]} servers in the order of the places, as are the gateways
 * @param {{url: string}[]} gateways
 */
const withProxyUrls = (servers, gateways) =>
  servers.map((server, i) => ({ ...server, proxyUrl: String(gateways[i]?.url) }));
