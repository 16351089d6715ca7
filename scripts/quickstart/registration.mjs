import { setTimeout as sleep } from 'node:timers/promises';
import { POLICIES, USERS } from './topology.mjs';

/**
 * @typedef {import('../toolchain/admin-api.mjs').AdminApi} AdminApi
 * @typedef {{name: string, url: string, description: string, proxyUrl: string}} McpServer
 * @typedef {{user: string, token: string}} User
 */

/**
 * Registers a gateway.
 * @param {AdminApi} api @param {import('./topology.mjs').Place} place @param {string} url
 * @returns {Promise<string>} its join token
 */
export async function registerGateway(api, { gateway, labels }, url) {
  const { joinToken } = await api.post('/gateways', { name: gateway, url, hopUrl: null, labels });
  return joinToken.token;
}

/**
 * Registers MCP servers, users, their tokens and the policies.
 * @param {AdminApi} api @param {McpServer[]} servers
 * @returns {Promise<User[]>} the users with their tokens
 */
export async function registerRest(api, servers) {
  for (const { name, description, url, proxyUrl } of servers) {
    await api.post('/mcp-servers', { name, description, url, proxyUrl });
  }
  const users = [];
  for (const user of USERS) {
    await api.post('/users', { ...user, enabled: true });
    const { token } = await api.post('/tokens', { user: user.name, name: 'quickstart' });
    users.push({ user: user.name, token });
  }
  for (const policy of POLICIES) await api.post('/policies', policy);
  return users;
}

/**
 * Waits until every gateway serves the newest revision.
 * @param {AdminApi} api @returns {Promise<number>} the revision
 */
export async function untilInSync(api, timeoutMs = 30_000) {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const fleet = await api.get('/fleet');
    if (fleet.gateways.every((/** @type {{status: string}} */ gateway) => gateway.status === 'ok'))
      return fleet.revision;
    if (Date.now() > deadline)
      throw new Error(`Not every gateway has the newest configuration: ${JSON.stringify(fleet)}`);
    await sleep(100);
  }
}
