import { join } from 'node:path';
import { adminApi } from '../toolchain/admin-api.mjs';
import { ensureNatsServer, startNatsServer } from '../toolchain/nats-server.mjs';
import { startPostgresServer } from '../toolchain/postgres-server.mjs';
import { step } from '../toolchain/progress.mjs';
import { startDemoServer } from './demo-servers/start.mjs';
import { placeGateway, startControlPlane, startGateway } from './planes.mjs';
import { registerGateway, registerRest, untilInSync } from './registration.mjs';
import { PLACES } from './topology.mjs';

/** Everything that runs, in the order of its start; `stop` ends it in the reverse order. */
export class Federation {
  #stops = [];

  constructor(options, directory) {
    this.options = options;
    this.directory = directory;
    this.logs = join(directory, 'logs');
  }

  async start() {
    await step('start PostgreSQL', () => this.#startPostgres());
    await step('start nats-server', () => this.#startNats());
    await step('start the control plane', () => this.#startControlPlane());
    await step(`start ${PLACES.length} MCP servers`, () => this.#startServers());
    await step('register the gateways and start them', () => this.#startGateways());
    await step('register MCP servers, users, tokens and policies', () => this.#register());
  }

  async stop() {
    for (const end of this.#stops.splice(0).toReversed()) await end();
  }

  gateway(name) {
    return this.gateways.find((gateway) => gateway.name === name);
  }

  tokenOf(user) {
    return this.users.find((entry) => entry.user === user).token;
  }

  async #startPostgres() {
    const port = await this.options.port('postgres');
    const postgres = await startPostgresServer({ directory: join(this.directory, 'postgres'), port });
    this.#stops.push(() => postgres.stop());
    this.postgresUrl = postgres.url;
  }

  async #startNats() {
    const binary = await ensureNatsServer();
    this.nats = null;
    if (binary === undefined) {
      console.log(
        '      nats-server is not to be had here: changes travel by long poll, everything else is the same',
      );
      return;
    }
    const port = await this.options.port('nats');
    this.nats = await startNatsServer({ binary, port, log: join(this.logs, 'nats-server.log') });
    this.#stops.push(() => this.nats.child.stop());
  }

  async #startControlPlane() {
    const { options, directory, postgresUrl } = this;
    this.control = await startControlPlane({
      options,
      directory,
      postgresUrl,
      natsUrl: this.nats?.url ?? null,
    });
    this.#stops.push(() => this.control.plane.child.stop());
    this.api = adminApi(this.control.url, this.control.adminToken);
  }

  async #startServers() {
    const start = async (place) => {
      const { name, url, child } = await startDemoServer(place, this.logs);
      this.#stops.push(() => child.stop());
      return { name, url, description: place.server.description, gateway: place.gateway };
    };
    this.mcpServers = await Promise.all(PLACES.map(start));
  }

  async #startGateways() {
    const start = async (place) => {
      const at = await placeGateway(this.options, place);
      const joinToken = await registerGateway(this.api, place, at.url);
      const { directory } = this;
      const ways = { natsUrl: this.nats?.url ?? null, controlPlaneUrl: this.control.url };
      const gateway = await startGateway({ directory, ...ways, place, at, joinToken });
      this.#stops.push(() => gateway.child.stop());
      return gateway;
    };
    this.gateways = await Promise.all(PLACES.map(start));
  }

  async #register() {
    for (const server of this.mcpServers) server.proxyUrl = this.gateway(server.gateway).url;
    this.users = await registerRest(this.api, this.mcpServers);
    await untilInSync(this.api);
  }
}
