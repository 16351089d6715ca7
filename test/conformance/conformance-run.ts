import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Federation } from '../support/federation.js';
import { endpoint } from '../support/mcp-clients.js';
import { ClientCommand, type ClientRun } from './client/client-command.js';
import { drive } from './client/drivers.js';
import { startFixtureServer } from './fixture-server/fixture-server.js';
import type { Check } from './suite/checks.js';
import { clientScenarios, type Revision } from './suite/requirement-set.js';
import { bearerEnv, runSuite } from './suite/suite-process.js';

/** Ways from the suite to a server: the gateway that handles the server, if there is one, is reached through `aws`. */
export const ROUTES = { direct: null, 'one-hop': 'aws', 'two-hops': 'azure' } as const;
export type Route = keyof typeof ROUTES;

const USER = 'conformance@example.com';
const ENTRY = 'aws';
/** Longer than any scenario takes on a busy machine. */
const TIMEOUT = ['--timeout', '60000'];

/** A federation in which one user may use every server, to run the suite through. */
export class ConformanceRun {
  private servers = 0;

  private constructor(
    private readonly federation: Federation,
    private readonly token: string,
    private readonly directory: string,
  ) {}

  static async start(): Promise<ConformanceRun> {
    const federation = await Federation.start({ gateways: { aws: 1, azure: 1 } });
    const { token } = await federation.registrar.user(USER);
    await federation.registrar.allow(USER, ['*']);
    const directory = join(federation.directory, 'conformance');
    mkdirSync(directory);
    return new ConformanceRun(federation, token, directory);
  }

  stop(): Promise<void> {
    return this.federation.stop();
  }

  /** Runs everything that a revision asks of servers against a fixture server of its own. */
  async serverSide(revision: Revision, route: Route): Promise<Check[]> {
    const server = await startFixtureServer();
    try {
      const url = await this.reach(server.url, route);
      const args = ['--requirements', revision, '--url', url.href, ...TIMEOUT];
      const env = route === 'direct' ? {} : bearerEnv({ origin: url.origin, token: this.token });
      return await runSuite(this.directory, 'server', args, env);
    } finally {
      await server.close();
    }
  }

  /** Runs the scenarios for clients of a revision, one after the other. */
  async clientSide(revision: Revision, route: Route): Promise<Check[]> {
    const command = await ClientCommand.start((run) => this.play(run, route));
    try {
      const checks: Check[] = [];
      for (const scenario of clientScenarios(revision)) {
        const args = ['--scenario', scenario, '--spec-version', revision, '--command', command.line];
        checks.push(...(await runSuite(this.directory, 'client', [...args, ...TIMEOUT])));
      }
      return checks;
    } finally {
      await command.close();
    }
  }

  private async play(run: ClientRun, route: Route): Promise<void> {
    const url = await this.reach(run.url, route);
    await drive(run, url, route === 'direct' ? undefined : this.token);
  }

  /** Registers a server at the control plane. @returns where a client reaches it */
  private async reach(url: string, route: Route): Promise<URL> {
    const gateway = ROUTES[route];
    if (gateway === null) return new URL(url);
    const name = `${route}-${++this.servers}`;
    await this.federation.registrar.server(name, url, gateway);
    await this.federation.registrar.untilInSync();
    return endpoint(this.federation.gateway(ENTRY).url, name);
  }
}
