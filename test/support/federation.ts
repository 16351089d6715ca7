import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { adminApi } from '../../scripts/toolchain/admin-api.mjs';
import { freePort } from '../../scripts/toolchain/free-port.mjs';
import {
  startPlaneProcess,
  type PlaneProcess,
  type ProgramSpec,
} from '../../scripts/toolchain/plane-process.mjs';
import { startPostgresServer, type Postgres } from '../../scripts/toolchain/postgres-server.mjs';
import { Gateway, startGateway } from './gateway.js';
import { HttpBalancer } from './http-balancer.js';
import { RestartableNats } from './nats.js';
import { freshDatabase } from './postgres.js';
import { Registrar } from './registrar.js';

export interface FederationOptions {
  /** Control replicas; more than one stand behind a balancer. */
  controls?: number;
  /** Replicas of each gateway, by its name; more than one stand behind a balancer. */
  gateways: Record<string, number>;
  /** Without NATS changes travel by long poll. */
  nats?: boolean;
  /** A PostgreSQL of its own, which the test may kill, instead of a database in the run's. */
  ownPostgres?: boolean;
  /** Further environment of every gateway. */
  gatewayEnv?: Record<string, string>;
  /** How to run another program than the one in `dist`, in either role. */
  program?: Partial<Record<'control' | 'gateway', ProgramSpec>>;
  /** Let gateways reach control plane and NATS over links that a test can cut. */
  links?: boolean;
}

const MASTER_KEY = Buffer.alloc(32, 1).toString('base64');

/** A whole federation of built processes, as it would be deployed. */
export class Federation {
  readonly directory = mkdtempSync(join(tmpdir(), 'causeway-e2e-'));
  readonly adminToken = randomBytes(24).toString('base64url');
  readonly controls: PlaneProcess[] = [];
  readonly gateways = new Map<string, Gateway>();
  nats: RestartableNats | null = null;
  postgres: Postgres | null = null;
  databaseUrl = '';
  controlUrl = '';
  private readonly stops: (() => Promise<unknown>)[] = [];

  private constructor(readonly options: FederationOptions) {
    chmodSync(this.directory, 0o755);
  }

  static async start(options: FederationOptions): Promise<Federation> {
    const federation = new Federation(options);
    try {
      await federation.startStores();
      await federation.startControls();
      await Promise.all(Object.entries(options.gateways).map(([name, n]) => federation.addGateway(name, n)));
    } catch (error) {
      await federation.stop();
      throw error;
    }
    return federation;
  }

  get api() {
    return adminApi(this.controlUrl, this.adminToken);
  }

  /** Registers servers, users and policies in a line each. */
  get registrar(): Registrar {
    return new Registrar(this.api, this.gateways);
  }

  gateway(name: string): Gateway {
    const gateway = this.gateways.get(name);
    if (gateway === undefined) throw new Error(`No gateway ${name}`);
    return gateway;
  }

  /** Registers one more gateway and waits until it is ready. */
  async addGateway(name: string, replicas: number): Promise<void> {
    this.gateways.set(name, await startGateway(this, name, replicas));
  }

  /** Ends something with the federation. */
  onStop(stop: () => Promise<unknown>): void {
    this.stops.push(stop);
  }

  async stop(): Promise<void> {
    for (const stop of this.stops.splice(0).toReversed()) await stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Environment of a control replica. */
  controlEnv(): Record<string, string> {
    return {
      ROLE: 'control',
      DATABASE_URL: this.databaseUrl,
      CAUSEWAY_MASTER_KEY: MASTER_KEY,
      BOOTSTRAP_ADMIN_TOKEN: this.adminToken,
      SHUTDOWN_DELAY_MS: '300',
      ...(this.nats === null ? {} : { NATS_URL: this.nats.url }),
    };
  }

  private async startStores(): Promise<void> {
    if (this.options.nats !== false) {
      const nats = await RestartableNats.start(this.directory);
      this.nats = nats;
      this.onStop(() => nats.kill());
    }
    if (this.options.ownPostgres !== true) {
      this.databaseUrl = await freshDatabase();
      return;
    }
    const postgres = await startPostgresServer({ directory: join(this.directory, 'postgres') });
    this.postgres = postgres;
    this.databaseUrl = postgres.url;
    this.onStop(() => postgres.stop());
  }

  private async startControls(): Promise<void> {
    for (let i = 0; i < (this.options.controls ?? 1); i++) this.controls.push(await this.startControl(i));
    await Promise.all(this.controls.map((control) => control.ready()));
    const [first] = this.controls;
    if (this.controls.length === 1 && first !== undefined) {
      this.controlUrl = first.url;
      return;
    }
    const balancer = await HttpBalancer.start(await freePort());
    this.onStop(() => balancer.close());
    for (const control of this.controls) balancer.add(control);
    await balancer.untilReady();
    this.controlUrl = balancer.url;
  }

  private async startControl(i: number): Promise<PlaneProcess> {
    const plane = await startPlaneProcess({
      name: `control-plane-${i}`,
      port: await freePort(),
      opsPort: await freePort(),
      env: this.controlEnv(),
      log: join(this.directory, 'logs', `control-plane-${i}.log`),
      ...this.options.program?.control,
    });
    this.onStop(() => plane.child.stop());
    return plane;
  }
}
