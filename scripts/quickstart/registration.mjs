import { setTimeout as sleep } from 'node:timers/promises';
import { POLICIES, USERS } from './topology.mjs';

/** Registers a gateway. @returns its join token */
export async function registerGateway(api, { gateway, labels }, url) {
  const { joinToken } = await api.post('/gateways', { name: gateway, url, hopUrl: null, labels });
  return joinToken.token;
}

/** Registers MCP servers, users, their tokens and the policies. @returns the users with their tokens */
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

/** Waits until every gateway serves the newest revision. @returns the revision */
export async function untilInSync(api, timeoutMs = 30_000) {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const fleet = await api.get('/fleet');
    if (fleet.gateways.every((gateway) => gateway.status === 'ok')) return fleet.revision;
    if (Date.now() > deadline) throw new Error(`Gateways are not in step: ${JSON.stringify(fleet)}`);
    await sleep(100);
  }
}
