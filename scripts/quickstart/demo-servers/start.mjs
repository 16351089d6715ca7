import { join } from 'node:path';
import { startChild, untilReady } from '../../toolchain/child-processes.mjs';
import { freePort } from '../../toolchain/free-port.mjs';
import { ROOT, runtimeNode } from '../../toolchain/paths.mjs';

/**
 * Starts the MCP server of a place.
 * @param {import('../topology.mjs').Place} place @param {string} logs folder for its log
 * @returns its name, its URL, and the process
 */
export async function startDemoServer({ server, gatewayAddress }, logs) {
  const port = await freePort(server.address);
  const main = join(ROOT, 'scripts', 'quickstart', 'demo-servers', 'main.mjs');
  const command = [runtimeNode(), main, server.name, server.address, String(port), gatewayAddress];
  const child = await startChild({ name: server.name, command, log: join(logs, `${server.name}.log`) });
  await untilReady(child, () => child.output().includes('listens on'));
  return { name: server.name, url: `http://${server.address}:${port}/mcp`, child };
}
