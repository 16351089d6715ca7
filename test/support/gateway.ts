import { join } from 'node:path';
import { freePort } from '../../scripts/toolchain/free-port.mjs';
import { startPlaneProcess, type PlaneProcess } from '../../scripts/toolchain/plane-process.mjs';
import { CuttableLink } from './cuttable-link.js';
import type { Federation } from './federation.js';
import { HttpBalancer } from './http-balancer.js';

/** One gateway: its URL and its replicas. */
export class Gateway {
  readonly replicas: PlaneProcess[] = [];

  constructor(
    readonly name: string,
    readonly url: string,
    readonly balancer: HttpBalancer | null,
    /** Ways to the control plane and to NATS, where the federation was started with links. */
    readonly links: readonly CuttableLink[],
  ) {}

  /** As audit records name it. */
  get host(): string {
    return new URL(this.url).host;
  }

  /** Cuts it off from the control plane and NATS, not from other gateways. */
  cutOff(): void {
    for (const link of this.links) link.cut();
  }

  reconnect(): void {
    for (const link of this.links) link.restore();
  }

  async ready(): Promise<void> {
    await Promise.all(this.replicas.map((replica) => replica.ready()));
  }
}

/** Registers a gateway, starts its replicas and waits until they are ready. */
export async function startGateway(federation: Federation, name: string, replicas: number): Promise<Gateway> {
  const port = await freePort();
  const balancer = replicas > 1 ? await HttpBalancer.start(port) : null;
  if (balancer !== null) federation.onStop(() => balancer.close());
  const url = `http://127.0.0.1:${port}`;
  const ways = await waysOf(federation);
  const gateway = new Gateway(name, url, balancer, ways.links);
  const body = { name, url, hopUrl: null, labels: { cloud: name } };
  const { joinToken } = await federation.api.post('/gateways', body);
  for (let i = 0; i < replicas; i++) {
    const plane = await startPlaneProcess({
      name: `${name}-${i}`,
      port: balancer === null ? port : await freePort(),
      opsPort: await freePort(),
      env: { ...gatewayEnv(federation, gateway, i), ...ways.env, JOIN_TOKEN: joinToken.token },
      log: join(federation.directory, 'logs', `gateway-${name}-${i}.log`),
      ...federation.options.program?.gateway,
    });
    federation.onStop(() => plane.child.stop());
    gateway.replicas.push(plane);
    balancer?.add(plane);
  }
  await gateway.ready();
  await balancer?.untilReady();
  return gateway;
}

function gatewayEnv(federation: Federation, gateway: Gateway, replica: number): Record<string, string> {
  return {
    ROLE: 'gateway',
    GATEWAY_URL: gateway.url,
    DATA_DIR: join(federation.directory, `data-${gateway.name}-${replica}`),
    ALLOWED_NETWORKS: '127.0.0.0/8',
    SHUTDOWN_DELAY_MS: '300',
    ...federation.options.gatewayEnv,
  };
}

async function waysOf(
  federation: Federation,
): Promise<{ links: CuttableLink[]; env: Record<string, string> }> {
  const urls = { CONTROL_PLANE_URL: federation.controlUrl, NATS_URL: federation.nats?.url };
  const links: CuttableLink[] = [];
  const env: Record<string, string> = {};
  for (const [key, value] of Object.entries(urls)) {
    if (value === undefined) continue;
    env[key] = federation.options.links === true ? await throughLink(federation, value, links) : value;
  }
  return { links, env };
}

async function throughLink(federation: Federation, target: string, links: CuttableLink[]): Promise<string> {
  const url = new URL(target);
  const link = await CuttableLink.to(url.hostname, Number(url.port));
  federation.onStop(() => link.close());
  links.push(link);
  url.port = String(link.port);
  return url.href.replace(/\/$/, '');
}
