import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createControlPlane } from '../../../apps/federation/src/control-plane/control-plane.boot.js';
import type { ControlSettings } from '../../../apps/federation/src/settings/settings.js';
import { ADMIN_TOKEN, controlSettings } from '../../support/settings.js';
import { TestReplica } from './test-replica.js';

/** A control replica listening on a port of its own. */
export class ControlPlane {
  private constructor(
    readonly app: NestFastifyApplication,
    readonly url: string,
  ) {}

  static async start(databaseUrl: string, more: Partial<ControlSettings> = {}): Promise<ControlPlane> {
    const app = await createControlPlane({ ...controlSettings(databaseUrl), ...more });
    await app.listen(0, '127.0.0.1');
    return new ControlPlane(app, await app.getUrl());
  }

  /** Calls the admin API. @throws Error unless the answer is 2xx. */
  // oxlint-disable-next-line typescript/no-explicit-any -- a test reads whatever the API answers.
  async admin(method: string, path: string, body?: unknown, revision?: number): Promise<any> {
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${ADMIN_TOKEN}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(revision !== undefined && { 'if-match': `"${revision}"` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }

  /** Registers a gateway. @returns its join token. */
  async gateway(name: string): Promise<string> {
    const body = { name, url: `https://${name}.example.com`, hopUrl: null, labels: {} };
    const answer = (await this.admin('POST', '/gateways', body)) as { joinToken: { token: string } };
    return answer.joinToken.token;
  }

  /** Registers a gateway and enrols a replica of it. */
  async replica(name: string): Promise<TestReplica> {
    return TestReplica.enrol(this.url, name, await this.gateway(name));
  }

  close(): Promise<void> {
    return this.app.close();
  }
}
