import { createHmac } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { register } from 'prom-client';
import { AUDIT_SINK, AuditSpool } from '#libs/audit';
import { mintToken, tokenHash, type AuditPart, type ConfigItem } from '#libs/contract';
import { OWN_GATEWAY, type OwnGateway } from '#libs/request';
import { DEFAULT_STREAM_PACE, STREAM_PACE, type StreamPace } from '#libs/routing';
import { HOP_KEYRING, SnapshotModule, SnapshotStore, type HopKeyring } from '#libs/snapshot';
import type { GatewaySettings } from '../../../apps/federation/src/settings/settings.js';
import { GatewayModule } from '../../../apps/federation/src/gateway/gateway.module.js';
import {
  httpServerAdapter,
  serveRequests,
} from '../../../apps/federation/src/gateway/endpoint/http-server.js';
import { MetricsModule } from '../../../apps/federation/src/gateway/accounting/metrics.module.js';
import { Pipeline } from '../../../apps/federation/src/gateway/pipeline.js';
import { freePort } from '../../../scripts/toolchain/free-port.mjs';
import { snapshotOf } from '../config-items.js';
import { eventually } from '../eventually.js';
import { AuditSinkOfTest } from './audit-sink-of-test.js';
import { gatewaySettings } from '../settings.js';
import { nestPath, withNestRoute } from './under-nest.js';

const SECRET = 'pair';
export const keyOf = (from: string, to: string, generation = 1): Buffer =>
  createHmac('sha256', SECRET).update(`${from}|${to}|${generation}`).digest();

/** One gateway's request path over real HTTP, fed with snapshots by the test instead of a control plane. */
export interface HarnessGateway {
  name: string;
  url: string;
  store: SnapshotStore;
  parts: AuditPart[];
  /** Set: the audit spool takes nothing. */
  spool: { full: boolean };
  /** The outcome of the only request so far with this JSON-RPC method. */
  outcomeOf(method: string): Promise<AuditPart>;
  app: NestFastifyApplication;
  settings: GatewaySettings;
}

export interface HarnessUser {
  name: string;
  token: string;
}

/** What is other than usual, for all gateways of a harness. */
export interface HarnessOptions {
  settings?: Partial<GatewaySettings>;
  /** How open responses are looked after. */
  pace?: Partial<StreamPace>;
  /** The stages are run by Nest's own router instead of the pipeline. */
  isUnderNest?: boolean;
}

/** A server, proxy or client that a test has started. */
interface Closeable {
  close(): unknown;
}

/** Gateways that share a snapshot and hop keys, in this process. */
export class GatewayHarness {
  readonly gateways = new Map<string, HarnessGateway>();
  private items = new Map<string, ConfigItem>();
  private readonly resources: Closeable[] = [];
  private revision = 0;

  protected constructor(private readonly options: HarnessOptions = {}) {}

  /** Starts gateways with these names. */
  static of(...names: string[]): Promise<GatewayHarness> {
    return GatewayHarness.with({}, ...names);
  }

  static with(options: HarnessOptions, ...names: string[]): Promise<GatewayHarness> {
    return new GatewayHarness(options).open(...names);
  }

  protected async open(...names: string[]): Promise<this> {
    for (const name of names) await this.startGateway(name);
    for (const { name, url } of this.gateways.values()) this.register(name, url);
    this.publish();
    return this;
  }

  /** Closes something after the gateways when the harness stops. @returns it */
  owns<T extends Closeable>(resource: T): T {
    this.resources.push(resource);
    return resource;
  }

  /** Starts another replica of a gateway. It answers to the gateway's URL and to its own. */
  async startReplica(of: string, name: string): Promise<void> {
    await this.startGateway(name, this.gateway(of));
    this.publish();
  }

  gateway(name: string): HarnessGateway {
    const gateway = this.gateways.get(name);
    if (gateway === undefined) throw new Error(`No gateway ${name}`);
    return gateway;
  }

  /** Registers a gateway from the next snapshot on. @param hopUrl Where other gateways reach it, if not at its URL. */
  register(name: string, url: string, hopUrl: string | null = null): void {
    this.put('gateway', name, { name, url, hopUrl, labels: {} });
  }

  server(name: string, handler: string, url: string, timeouts: Record<string, number> = {}): void {
    this.put('server', name, {
      name,
      url,
      handlers: [{ gateway: handler, priority: 0 }],
      auth: { type: 'none' },
      timeouts: { connectMs: 1000, responseMs: 20_000, idleStreamMs: 20_000, ...timeouts },
      enabled: true,
    });
    this.publish();
  }

  user(name: string, servers: string[] = ['*']): HarnessUser {
    const token = mintToken('cwy_');
    const hash = tokenHash(token);
    this.put('user', name, { name, groups: [], enabled: true });
    this.put('token', hash, { id: `t-${name}`, hash, user: name, scope: { servers }, expiresAt: null });
    this.publish();
    return { name, token };
  }

  policy(name: string, fields: Record<string, unknown>): void {
    const all = { effect: 'allow', subjects: ['authenticated'], servers: ['*'] };
    this.put('policy', name, { name, ...all, tools: null, methods: null, gateways: null, ...fields });
    this.publish();
  }

  /** Revokes the user's token at the gateways named, or at all; no snapshot changes. */
  revoke({ token }: HarnessUser, ...only: string[]): void {
    for (const { name, store } of this.gateways.values())
      if (only.length === 0 || only.includes(name)) store.revoke([{ hash: tokenHash(token), until: null }]);
  }

  remove(kind: string, key: string): void {
    this.items.delete(`${kind}/${key}`);
    this.publish();
  }

  put(kind: string, key: string, value: Record<string, unknown>): void {
    const body = JSON.stringify({ ...value, revision: this.revision + 1 });
    this.items.set(`${kind}/${key}`, { kind, key, body });
  }

  /** Gives the same new snapshot to the gateways named, or to all. */
  publish(...only: string[]): void {
    this.revision++;
    const snapshot = snapshotOf([...this.items.values()], this.revision);
    for (const { name, store } of this.gateways.values()) {
      if (only.length > 0 && !only.includes(name)) continue;
      store.noteHead(Date.now());
      store.replace(snapshot);
    }
  }

  async stop(): Promise<void> {
    for (const { app } of this.gateways.values()) {
      app.getHttpServer().closeAllConnections();
      await app.close();
    }
    for (const resource of this.resources) await resource.close();
    register.clear();
  }

  /** @param replicaOf Another replica of the same gateway; null for the first. */
  private async startGateway(name: string, replicaOf: HarnessGateway | null = null): Promise<void> {
    register.clear();
    const port = await freePort();
    const settings = { ...settingsOf(`http://127.0.0.1:${port}`, port), ...this.options.settings };
    if (replicaOf !== null) {
      settings.url = replicaOf.url;
      settings.allowedHosts = [...settings.allowedHosts, `127.0.0.1:${port}`];
    }
    const ownName = replicaOf?.name ?? name;
    const parts: AuditPart[] = [];
    const spool = { full: false };
    const isUnderNest = this.options.isUnderNest === true;
    const gateway = GatewayModule.register(settings, [
      SnapshotModule,
      foundation(ownName, settings, parts, spool, this.options.pace),
    ]);
    const app = await NestFactory.create<NestFastifyApplication>(
      isUnderNest ? withNestRoute(gateway) : gateway,
      httpServerAdapter(settings),
      { logger: ['error', 'fatal'], bodyParser: false, abortOnError: false },
    );
    serveRequests(app, isUnderNest ? nestPath(app) : app.get(Pipeline));
    await app.listen(port, '127.0.0.1');
    const { port: bound } = app.getHttpServer().address() as AddressInfo;
    this.gateways.set(name, {
      name,
      url: `http://127.0.0.1:${bound}`,
      store: app.get(SnapshotStore, { strict: false }),
      parts,
      spool,
      outcomeOf: (method) => outcomeOf(parts, method),
      app,
      settings,
    });
  }
}

/** Waits until something holds. */
export const until = (holds: () => boolean): Promise<void> =>
  eventually(
    () => {
      if (!holds()) throw new Error(`does not hold: ${holds.toString()}`);
    },
    5000,
    10,
  );

async function outcomeOf(parts: AuditPart[], method: string): Promise<AuditPart> {
  const find = (): AuditPart[] => parts.filter((p) => p.phase === 'outcome' && p.method === method);
  await until(() => find().length > 0);
  const [only, ...others] = find();
  if (only === undefined || others.length > 0) throw new Error(`${others.length + 1} outcomes of ${method}`);
  return only;
}

const settingsOf = (url: string, port: number): GatewaySettings =>
  gatewaySettings({
    url,
    port,
    controlPlaneUrl: 'http://127.0.0.1:1',
    dataDir: mkdtempSync(join(tmpdir(), 'causeway-harness-')),
    allowedHosts: ['localhost'],
    allowedOrigins: ['https://app.example.com'],
    maxStalenessSeconds: 0,
  });

@Global()
@Module({})
class Foundation {}

function foundation(
  name: string,
  settings: GatewaySettings,
  parts: AuditPart[],
  spool: { full: boolean },
  pace: Partial<StreamPace> = {},
): DynamicModule {
  const own: OwnGateway = { name, label: name, url: settings.url, host: new URL(settings.url).host };
  const keyring: HopKeyring = {
    outbound: (peer) => ({ generation: 1, key: keyOf(name, peer) }),
    inbound: (peer, generation) => (generation <= 2 ? keyOf(peer, name, generation) : null),
    session: () => [{ generation: 1, key: keyOf(name, 'session') }],
    refresh: () => Promise.resolve(),
  };
  const providers = [
    { provide: OWN_GATEWAY, useValue: own },
    { provide: HOP_KEYRING, useValue: keyring },
    { provide: AUDIT_SINK, useValue: new AuditSinkOfTest(parts, spool) },
    { provide: STREAM_PACE, useValue: { ...DEFAULT_STREAM_PACE, ...pace } },
    { provide: AuditSpool, useValue: { usedBytes: 0, lost: 0 } },
  ];
  return {
    module: Foundation,
    imports: [MetricsModule],
    providers,
    exports: [OWN_GATEWAY, HOP_KEYRING, AUDIT_SINK, AuditSpool, STREAM_PACE, MetricsModule],
  };
}
