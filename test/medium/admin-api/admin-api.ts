import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createControlPlane } from '../../../apps/federation/src/control-plane/control-plane.boot.js';
import type { ControlSettings } from '../../../apps/federation/src/settings/settings.js';
import { freshDatabase } from '../../support/postgres.js';
import { ADMIN_TOKEN, controlSettings } from '../../support/settings.js';

export interface Answer {
  status: number;
  headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- a test reads whatever the API answers.
  body: any;
}

interface Call {
  body?: unknown;
  token?: string | null;
  headers?: Record<string, string>;
}

/** A control plane listening on a port of its own, with a database of its own, and a client of its admin API. */
export class AdminApi {
  private constructor(
    readonly app: NestFastifyApplication,
    readonly url: string,
  ) {}

  static async start(databaseUrl?: string, more: Partial<ControlSettings> = {}): Promise<AdminApi> {
    const settings = controlSettings(databaseUrl ?? (await freshDatabase()));
    const app = await createControlPlane({ ...settings, ...more });
    await app.listen(0, '127.0.0.1');
    return new AdminApi(app, await app.getUrl());
  }

  async call(
    method: string,
    path: string,
    { body, token = ADMIN_TOKEN, headers = {} }: Call = {},
  ): Promise<Answer> {
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: {
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? null : JSON.parse(text),
    };
  }

  get = (path: string, call?: Call) => this.call('GET', path, call);
  post = (path: string, body: unknown, call?: Call) => this.call('POST', path, { body, ...call });
  delete = (path: string, call?: Call) => this.call('DELETE', path, call);

  put(path: string, body: unknown, etag: string | number): Promise<Answer> {
    const tag = typeof etag === 'number' ? `"${etag}"` : etag;
    return this.call('PUT', path, { body, headers: { 'if-match': tag } });
  }

  /** A user with these roles and an admin token. @returns the token. */
  async adminToken(name: string, roles: string[]): Promise<string> {
    await this.post('/users', { name, roles });
    return (await this.post('/admin-tokens', { user: name })).body.token;
  }

  close(): Promise<void> {
    return this.app.close();
  }
}
