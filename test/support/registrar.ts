import type { adminApi } from '../../scripts/toolchain/admin-api.mjs';
import type { Gateway } from './gateway.js';
import { eventually } from './eventually.js';

export type AdminApi = ReturnType<typeof adminApi>;

export interface TokenAnswer {
  id: string;
  token: string;
}

/** Fills the registry through the admin API. */
export class Registrar {
  constructor(
    private readonly api: AdminApi,
    private readonly gateways: ReadonlyMap<string, Gateway>,
  ) {}

  /** An MCP server behind a gateway. */
  async server(name: string, url: string, gateway: string): Promise<void> {
    await this.api.post('/mcp-servers', { name, url, proxyUrl: this.gateways.get(gateway)?.url });
  }

  /** A user with a token. */
  async user(name: string, groups: string[] = []): Promise<TokenAnswer> {
    await this.api.post('/users', { name, displayName: name, groups, roles: [], enabled: true });
    return this.token(name);
  }

  async token(user: string): Promise<TokenAnswer> {
    return (await this.api.post('/tokens', { user, name: 'test' })) as TokenAnswer;
  }

  /** Lets a user use everything on servers. */
  async allow(user: string, servers: string[], more: Record<string, unknown> = {}): Promise<void> {
    const name = `allow-${Math.random().toString(36).slice(2)}`;
    await this.api.post('/policies', { name, effect: 'allow', subjects: [`user:${user}`], servers, ...more });
  }

  /** Waits until every gateway serves the newest revision. */
  async untilInSync(timeoutMs = 30_000): Promise<void> {
    await eventually(async () => {
      const fleet = (await this.api.get('/fleet')) as { gateways: { name: string; status: string }[] };
      const late = fleet.gateways.filter((gateway) => gateway.status !== 'ok');
      if (late.length > 0) throw new Error(`not in sync: ${JSON.stringify(fleet)}`);
    }, timeoutMs);
  }
}
