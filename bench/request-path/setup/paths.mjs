import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../../scripts/toolchain/free-port.mjs';
import { ensureNginx, startNginx } from '../../../scripts/toolchain/nginx.mjs';
import { startFederation } from './federation.mjs';
import { startServer } from './program.mjs';

/**
 * A process on a path whose cost counts.
 * @typedef {{pid: () => number, inspectorPort: number | null}} End
 */

/**
 * One way of a call to the MCP server. `ends` are in the order in which a call meets them.
 * @typedef {{name: string, url: string, ends: Record<string, End>}} Path
 * @typedef {'direct' | 'nginx' | 'oneRelay' | 'twoRelays' | 'oneGateway' | 'twoGateways'} PathName
 * @typedef {{paths: Record<PathName, Path>, federation: import('./federation.mjs').Federation, relayPid: number}} Setup
 */

/** Until the gateways have the configuration, milliseconds. */
const CONFIGURATION_MS = 2000;

/** @param {{url: string}} gateway @param {string} server */
const endpoint = (gateway, server) => `${gateway.url}/api/llm/mcp/${server}/server`;

/** @param {string} directory @param {string} target URL */
async function startRelay(directory, target) {
  const inspectorPort = await freePort();
  const node = [`--inspect-port=${inspectorPort}`];
  const relay = await startServer('bare-relay.mjs', directory, { env: { TARGET: target }, node });
  return { url: `${relay.url}/mcp`, end: { pid: () => relay.pid, inspectorPort } };
}

/** @param {string} directory @param {string} target URL @returns {Promise<Path>} */
async function startNginxPath(directory, target) {
  const nginx = await ensureNginx();
  if (nginx === undefined)
    throw new Error("This bench needs nginx, and Debian's package could not be unpacked here");
  const port = await freePort();
  const upstream = { gateway: new URL(target).host, keepAlive: 128, workerConnections: 1024 };
  const { child } = await startNginx({ nginx, directory: join(directory, 'nginx'), port, ...upstream });
  const ends = { nginx: { pid: () => child.pid, inspectorPort: null } };
  return path('nginx', `http://127.0.0.1:${port}/mcp`, ends);
}

/** @param {import('./federation.mjs').Gateway} gateway @returns {End} */
const endOf = (gateway) => ({ pid: () => gateway.pid, inspectorPort: gateway.inspectorPort });

/** @type {(name: string, url: string, ends: Record<string, End>) => Path} */
const path = (name, url, ends) => ({ name, url, ends });

/** Starts everything. @param {string} directory for logs and data @returns {Promise<Setup>} */
export async function startPaths(directory) {
  const server = await startServer('mcp-server.mjs', directory);
  const serverUrl = `${server.url}/mcp`;
  const relay = await startRelay(directory, serverUrl);
  const outer = await startRelay(directory, relay.url);
  const nginx = await startNginxPath(directory, serverUrl);
  const federation = await startFederation(directory, serverUrl);
  const { aws, azure } = federation;
  await sleep(CONFIGURATION_MS);
  const paths = {
    direct: path('no gateway', serverUrl, {}),
    nginx,
    oneRelay: path('one relay', relay.url, { relay: relay.end }),
    twoRelays: path('two relays', outer.url, { outer: outer.end, inner: relay.end }),
    oneGateway: path('one gateway', endpoint(aws, 'near'), { gateway: endOf(aws) }),
    twoGateways: path('two gateways', endpoint(aws, 'far'), { entry: endOf(aws), handling: endOf(azure) }),
  };
  return { paths, federation, relayPid: relay.end.pid() };
}
