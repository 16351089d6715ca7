import { join } from 'node:path';
import type { Child } from '../../scripts/toolchain/child-processes.mjs';
import { freePort } from '../../scripts/toolchain/free-port.mjs';
import { ensureNatsServer, startNatsServer } from '../../scripts/toolchain/nats-server.mjs';

/** A real nats-server that can be killed or frozen, and comes back on the same port. */
export class RestartableNats {
  private child: Child | null = null;

  private constructor(
    private readonly binary: string,
    readonly port: number,
    private readonly log: string,
  ) {}

  static async start(directory: string): Promise<RestartableNats> {
    const binary = await ensureNatsServer();
    if (binary === undefined)
      throw new Error('These tests need nats-server, and it could not be unpacked here');
    const nats = new RestartableNats(binary, await freePort(), join(directory, 'logs', 'nats-server.log'));
    await nats.restart();
    return nats;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  async restart(): Promise<void> {
    ({ child: this.child } = await startNatsServer({ binary: this.binary, port: this.port, log: this.log }));
  }

  /** From now on it neither answers nor breaks a connection. */
  freeze(): void {
    this.child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.child?.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    this.child?.kill('SIGKILL');
    await this.child?.exited;
    this.child = null;
  }
}
