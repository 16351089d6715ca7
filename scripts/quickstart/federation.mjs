/**
 * @typedef {import('../toolchain/plane-process.mjs').PlaneProcess} PlaneProcess
 * @typedef {import('./registration.mjs').McpServer} McpServer
 * @typedef {import('./registration.mjs').User} User
 * @typedef {{control: Awaited<ReturnType<typeof import('./planes.mjs').startControlPlane>>, gateways: PlaneProcess[],
 *   mcpServers: McpServer[], users: User[], postgresUrl: string, nats: {url: string, pid: number} | null,
 *   api: import('../toolchain/admin-api.mjs').AdminApi}} Parts
 */

/** A federation that runs, and everything that one may ask about it. */
export class Federation {
  /** @param {Parts} parts */
  constructor(parts) {
    this.parts = parts;
    this.api = parts.api;
  }

  /** @param {string} name */
  gateway(name) {
    return one(this.parts.gateways, (gateway) => gateway.name === name, `gateway ${name}`);
  }

  /** @param {string} name */
  server(name) {
    return one(this.parts.mcpServers, (server) => server.name === name, `MCP server ${name}`);
  }

  /** @param {string} user */
  tokenOf(user) {
    return one(this.parts.users, (entry) => entry.user === user, `user ${user}`).token;
  }

  /** The name of the gateway at a host, or else the host. @param {string} host */
  nameOf(host) {
    return this.parts.gateways.find(({ url }) => new URL(url).host === host)?.name ?? host;
  }
}

/**
 * @template T
 * @param {T[]} all @param {(entry: T) => boolean} isWanted @param {string} what
 * @returns {T}
 */
function one(all, isWanted, what) {
  const found = all.find(isWanted);
  if (found === undefined) throw new Error(`The quickstart has no ${what}`);
  return found;
}
