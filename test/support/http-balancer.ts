import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { answers } from '../../scripts/toolchain/child-processes.mjs';
import { eventually } from './eventually.js';

interface Target {
  url: string;
  opsUrl: string;
}

/**
 * A load balancer as it stands before replicas: request by request in turn, only to replicas that are ready, streaming
 * both ways. It repeats nothing, so every failure of a replica is seen by the client.
 */
export class HttpBalancer {
  private readonly ready = new Map<Target, boolean>();
  private isOpen = true;
  private turn = 0;
  /** Requests that each target got, by URL. */
  readonly served = new Map<string, number>();

  private constructor(
    private readonly server: Server,
    private readonly targets: Target[],
  ) {
    server.on('request', (incoming, outgoing) => this.relay(incoming, outgoing));
    void this.probing();
  }

  /** The targets are added with {@link add}, since they need the balancer's URL before they exist. */
  static async start(port: number): Promise<HttpBalancer> {
    const server = createServer({ keepAliveTimeout: 75_000 });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return new HttpBalancer(server, []);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  add(target: Target): void {
    this.targets.push(target);
  }

  /** Resolves when it knows that all of its targets are ready. */
  async untilReady(): Promise<void> {
    await eventually(() => {
      const away = this.targets.filter((target) => this.ready.get(target) !== true);
      if (away.length > 0) throw new Error(`not ready: ${away.map(({ url }) => url).join(', ')}`);
    });
  }

  async close(): Promise<void> {
    this.isOpen = false;
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** One round after the other: an answer that comes late must not overtake a newer one. */
  private async probing(): Promise<void> {
    while (this.isOpen) {
      await this.probe();
      await sleep(50);
    }
  }

  private async probe(): Promise<void> {
    await Promise.all(
      this.targets.map(async (target) => this.ready.set(target, await answers(`${target.opsUrl}/readyz`))),
    );
  }

  private next(): Target | undefined {
    const ready = this.targets.filter((target) => this.ready.get(target) === true);
    return ready[this.turn++ % Math.max(ready.length, 1)];
  }

  private relay(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const target = this.next();
    if (target === undefined) {
      outgoing.writeHead(503).end('no replica is ready');
      return;
    }
    this.served.set(target.url, (this.served.get(target.url) ?? 0) + 1);
    const { method, url, rawHeaders } = incoming;
    const onward = request(`${target.url}${url}`, {
      method,
      headers: rawHeaders,
      agent: false,
      setHost: false,
    });
    onward.once('response', (response) => {
      outgoing.writeHead(response.statusCode ?? 502, response.rawHeaders);
      outgoing.flushHeaders();
      response.pipe(outgoing);
      response.once('error', () => outgoing.destroy());
      response.once('aborted', () => outgoing.destroy());
    });
    onward.once('error', () => {
      if (outgoing.headersSent) outgoing.destroy();
      else outgoing.writeHead(502).end('the replica broke the connection');
    });
    outgoing.once('close', () => onward.destroy());
    incoming.pipe(onward);
  }
}
