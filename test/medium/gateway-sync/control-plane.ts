import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createControlPlane } from '../../../apps/federation/src/control-plane/control-plane.boot.js';
import { freePort } from '../../../scripts/toolchain/free-port.mjs';
import { ADMIN_TOKEN, controlSettings } from '../../support/settings.js';

/** A real control plane that can be stopped and started again on the same port, also on another database. */
export class ControlPlane {
  private app: NestFastifyApplication | null = null;

  private constructor(
    readonly port: number,
    private readonly natsUrl: string | null,
  ) {}

  static async start(databaseUrl: string, natsUrl: string | null = null): Promise<ControlPlane> {
    const plane = new ControlPlane(await freePort(), natsUrl);
    await plane.startOn(databaseUrl);
    return plane;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async startOn(databaseUrl: string): Promise<void> {
    this.app = await createControlPlane({ ...controlSettings(databaseUrl), natsUrl: this.natsUrl });
    await this.app.listen(this.port, '127.0.0.1');
  }

  async stop(): Promise<void> {
    const { app } = this;
    this.app = null;
    app?.getHttpServer().closeAllConnections();
    await app?.close();
  }

  // oxlint-disable-next-line typescript/no-explicit-any -- a test reads whatever the API answers.
  async call(method: string, path: string, body?: unknown): Promise<any> {
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  }

  /** Registers a gateway. @returns its join token. */
  async gateway(name: string): Promise<string> {
    const answer = await this.call('POST', '/gateways', { name, url: `https://${name}.example.com` });
    return answer.joinToken.token;
  }

  server(name: string, gateway: string): Promise<{ revision: number }> {
    const proxyUrl = `https://${gateway}.example.com`;
    return this.call('POST', '/mcp-servers', { name, url: `http://${name}.internal/mcp`, proxyUrl });
  }
}
