import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Child } from '../../../scripts/toolchain/child-processes.mjs';
import { freePort } from '../../../scripts/toolchain/free-port.mjs';
import { ensureNginx, startNginx } from '../../../scripts/toolchain/nginx.mjs';
import { RawHttpHarness } from './raw-http-harness.js';

/** Debian's nginx, with the example configuration, in front of a gateway. */
export class NginxHarness {
  /** Requests that the gateway has received, readable or not. */
  accounted = 0;
  /** Connections that nginx has opened to the gateway. */
  connections = 0;

  private constructor(
    readonly harness: RawHttpHarness,
    readonly url: string,
    private readonly child: Child,
    private readonly accessLog: string,
  ) {
    this.count(harness.gateway('aws').app.getHttpServer());
  }

  private count(server: Server): void {
    server.on('connection', () => this.connections++);
    const latest = new WeakMap<Duplex, IncomingMessage>();
    const onRequest = (request: IncomingMessage): void => {
      latest.set(request.socket, request);
      this.accounted++;
    };
    for (const event of ['request', 'checkContinue', 'checkExpectation'])
      server.prependListener(event, onRequest);
    server.prependListener('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
      const isNew = latest.get(socket)?.complete ?? true;
      if (isNew && error.code?.startsWith('HPE_')) this.accounted++;
    });
  }

  static async start(): Promise<NginxHarness> {
    const nginx = await ensureNginx();
    if (nginx === undefined) throw new Error('These tests need nginx, and it could not be installed here');
    const port = await freePort();
    const host = `127.0.0.1:${port}`;
    const harness = await RawHttpHarness.start({ allowedHosts: ['127.0.0.1'] });
    const directory = mkdtempSync(join(tmpdir(), 'causeway-nginx-'));
    const { child, accessLog } = await startNginx({
      nginx,
      directory,
      port,
      gateway: new URL(harness.url).host,
    });
    return new NginxHarness(harness, `http://${host}`, child, accessLog);
  }

  /** How many requests nginx has taken, and how many of them it believes that it forwarded. */
  log(): { taken: number; forwarded: number } {
    const lines = readFileSync(this.accessLog, 'utf8').trimEnd().split('\n');
    const forwarded = lines.filter((line) => !line.endsWith(' -') && line !== '').length;
    return { taken: lines.filter((line) => line !== '').length, forwarded };
  }

  async stop(): Promise<void> {
    await this.child.stop();
    await this.harness.stop();
  }
}
