import { startEverythingServer } from './everything-server.js';
import { Federation, type FederationOptions } from './federation.js';
import { endpoint } from './mcp-clients.js';
import { startModernServer, type ModernServer } from './modern-server.js';
import type { TokenAnswer } from './registrar.js';

/** The user who may use everything. */
export const ALICE = 'alice@example.com';

/** A federation in which a user at `aws` may use the servers `everything` and `modern` behind `azure`. */
export interface Scenario {
  federation: Federation;
  modern: ModernServer;
  alice: TokenAnswer;
  /** Endpoints at the entry gateway. */
  urls: { everything: URL; modern: URL };
}

/** Starts it; the servers end with the federation. */
export async function startScenario({
  serversAt = 'azure',
  ...options
}: Partial<FederationOptions> & { serversAt?: string } = {}): Promise<Scenario> {
  const federation = await Federation.start({ gateways: { aws: 1, azure: 1 }, ...options });
  try {
    const modern = await startModernServer();
    federation.onStop(() => modern.close());
    const everything = await startEverythingServer(federation.directory);
    federation.onStop(() => everything.child.stop());
    const { registrar } = federation;
    await registrar.server('everything', everything.url, serversAt);
    await registrar.server('modern', modern.url, serversAt);
    const alice = await registrar.user(ALICE);
    await registrar.allow(ALICE, ['everything', 'modern']);
    await registrar.untilInSync();
    const aws = federation.gateway('aws').url;
    const urls = { everything: endpoint(aws, 'everything'), modern: endpoint(aws, 'modern') };
    return { federation, modern, alice, urls };
  } catch (error) {
    await federation.stop();
    throw error;
  }
}
