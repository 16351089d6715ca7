import type { ConfigChange } from '#libs/contract';
import { Snapshot, SnapshotStore } from '#libs/snapshot';
import { Logger } from '@nestjs/common';
import { access, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { gateway, policy, snapshotOf } from '../../../../../../test/support/config-items.js';
import { ConfigSigner } from '../../../../../../test/support/config-signer.js';
import { LastKnownGood } from '../../state/config/last-known-good.service.js';
import { DataDirectory } from '../../state/data-directory.js';
import type { ReplicaIdentity } from '../../state/identity/replica-identity.js';
import { ColdStart } from './cold-start.service.js';
import { SyncState } from './sync-state.service.js';

const put = (raw: ReturnType<typeof policy>): ConfigChange => ({ op: 'put', ...raw });
const signer = new ConfigSigner();
const ENROLMENT = { deploymentId: 'd1', signingKeys: [{ kid: signer.kid, x: signer.x }] };

/** One process of a replica on its data directory. */
class Process {
  readonly store = new SnapshotStore();
  readonly state = new SyncState();
  private readonly kept: LastKnownGood;

  private constructor(
    private readonly directory: DataDirectory,
    private readonly identity: ReplicaIdentity,
  ) {
    this.kept = new LastKnownGood(directory, identity, this.store);
  }

  static async boot(dataDir: string, enrolment: object | null = ENROLMENT): Promise<Process> {
    const directory = await DataDirectory.open({ dataDir, dataKey: null });
    const process = new Process(directory, { enrolment } as ReplicaIdentity);
    await new ColdStart(directory, process.identity, process.store, process.state).run();
    return process;
  }

  async load(snapshot: Snapshot): Promise<void> {
    this.store.replace(snapshot);
    this.kept.replaced(snapshot, { type: 'head', jws: await signer.head(snapshot) });
  }

  async change(...changes: ConfigChange[]): Promise<void> {
    const { jws, snapshot } = await signer.delta(this.store.current ?? Snapshot.EMPTY, changes);
    this.store.replace(snapshot);
    this.kept.applied(jws);
  }

  async head(time: Date): Promise<void> {
    this.kept.heard(await signer.head(this.store.current ?? Snapshot.EMPTY, { time: time.toISOString() }));
  }

  revoke(hash: string): void {
    this.store.revoke([{ hash, until: null }]);
    this.kept.revoked();
  }

  end(): Promise<void> {
    return this.kept.flush();
  }
}

const first = snapshotOf([gateway('aws')]);

describe('the last known good configuration', () => {
  let dataDir: string;
  const file = (name: string): string => join(dataDir, 'config', name);

  beforeEach(async () => {
    Logger.overrideLogger(false);
    dataDir = await mkdtemp(join(tmpdir(), 'causeway-lkg-'));
  });
  afterEach(async () => {
    await rm(dataDir, { recursive: true, force: true });
  });

  async function written(): Promise<Snapshot | null> {
    const writer = await Process.boot(dataDir);
    await writer.load(first);
    await vi.waitFor(() => access(file('1.journal')));
    await writer.change(put(policy('p')));
    await writer.change(put(policy('q')));
    await writer.end();
    return writer.store.current;
  }

  it('brings back snapshot, deltas, head time and revocations', async () => {
    const writer = await Process.boot(dataDir);
    await writer.load(first);
    await writer.change(put(policy('p')));
    await writer.head(new Date(Date.now() - 5000));
    writer.revoke('f'.repeat(64));
    await writer.end();
    const sut = await Process.boot(dataDir);
    expect(sut.store.current?.digest).toBe(writer.store.current?.digest);
    expect(sut.store.current?.revision).toBe(2);
    expect(sut.store.isRevoked('f'.repeat(64))).toBe(true);
    expect(sut.state.head?.claims.revision).toBe(2);
    expect(sut.store.staleness()).toBeLessThan(5000 + 4000);
  });

  it('starts without configuration in an empty directory', async () => {
    expect((await Process.boot(dataDir)).store.current).toBeNull();
  });

  it('leaves out a last delta that a crash tore', async () => {
    await written();
    const { length } = await readFile(file('1.journal'));
    await truncate(file('1.journal'), length - 3);
    expect((await Process.boot(dataDir)).store.current?.revision).toBe(2);
  });

  it('stops at a delta that was changed on disk', async () => {
    await written();
    const bytes = await readFile(file('1.journal'));
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    await writeFile(file('1.journal'), bytes);
    expect((await Process.boot(dataDir)).store.current?.revision).toBe(1);
  });

  it('falls back to the generation before a damaged one', async () => {
    const held = await written();
    const again = await Process.boot(dataDir);
    await again.change(put(policy('r')));
    await again.end();
    expect((await readdir(join(dataDir, 'config'))).sort()).toContain('2.snapshot');
    await truncate(file('2.snapshot'), 100);
    expect((await Process.boot(dataDir)).store.current?.digest).toBe(held?.digest);
  });

  it('keeps two generations only', async () => {
    for (let i = 0; i < 4; i++) {
      const process = await Process.boot(dataDir);
      if (process.store.current === null) await process.load(first);
      await process.change(put(policy(`p${i}`)));
      await process.end();
    }
    const names = (await readdir(join(dataDir, 'config'))).filter((name) => name.endsWith('.snapshot'));
    expect(names.sort()).toEqual(['3.snapshot', '4.snapshot']);
  });

  it.each([
    ['of a control plane whose key is not known', { deploymentId: 'd1', signingKeys: [] }],
    ['of another deployment', { deploymentId: 'd2', signingKeys: [{ kid: signer.kid, x: signer.x }] }],
    ['of a replica that is not enrolled any more', null],
  ])('does not serve a snapshot %s', async (_, enrolment) => {
    await written();
    expect((await Process.boot(dataDir, enrolment)).store.current).toBeNull();
  });

  it('does not serve with another data key', async () => {
    await written();
    await writeFile(join(dataDir, 'data.key'), Buffer.alloc(32));
    expect((await Process.boot(dataDir)).store.current).toBeNull();
  });

  it('goes on serving when the disk refuses to keep anything', async () => {
    const sut = await Process.boot(dataDir);
    await rm(join(dataDir, 'config'), { recursive: true });
    await sut.load(first);
    await sut.change(put(policy('p')));
    await sut.end();
    expect(sut.store.current?.revision).toBe(2);
  });
});
