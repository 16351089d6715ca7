import type { ConfigChange } from '#libs/contract';
import { Snapshot, SnapshotStore } from '#libs/snapshot';
import { Logger } from '@nestjs/common';
import { access, mkdir, mkdtemp, readdir, readFile, rm, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { gateway, policy, snapshotOf } from '../../../../../../test/support/config-items.js';
import { ConfigSigner } from '../../../../../../test/support/config-signer.js';
import { LastKnownGood } from '../../state/config/last-known-good.service.js';
import { DataDirectory } from '../../state/data-directory.js';
import { MARK_FILE } from '../../state/config/high-water-mark.js';
import type { ReplicaIdentity } from '../../state/identity/replica-identity.js';
import { ColdStart } from './cold-start.service.js';
import { SyncState } from './sync-state.service.js';

const put = (raw: ReturnType<typeof policy>): ConfigChange => ({ op: 'put', ...raw });
const signer = new ConfigSigner();
const ENROLMENT = { deploymentId: 'd1', signingKeys: [{ kid: signer.kid, x: signer.x }] };

const identityOf = (enrolment: Partial<typeof ENROLMENT> | null): ReplicaIdentity =>
  ({
    enrolment,
    signingKey: (kid: string) => enrolment?.signingKeys?.find((key) => key.kid === kid)?.x,
  }) as unknown as ReplicaIdentity;

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

  static async boot(dataDir: string, enrolment: typeof ENROLMENT | null = ENROLMENT): Promise<Process> {
    const directory = await DataDirectory.open({ dataDir, dataKey: null });
    const process = new Process(directory, identityOf(enrolment));
    await new ColdStart(directory, process.identity, process.store, process.state, process.kept).run();
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

  get keptRevision(): number | undefined {
    return this.kept.kept?.revision;
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

  it('leaves out a last delta that a crash tore before it counted as kept', async () => {
    const writer = await Process.boot(dataDir);
    await writer.load(first);
    await writer.change(put(policy('p')));
    await vi.waitFor(() => expect(writer.keptRevision).toBe(2));
    const mark = await readFile(file(MARK_FILE));
    await writer.change(put(policy('q')));
    await writer.end();
    await writeFile(file(MARK_FILE), mark);
    const { length } = await readFile(file('1.journal'));
    await truncate(file('1.journal'), length - 3);
    const sut = await Process.boot(dataDir);
    expect(sut.store.current?.revision).toBe(2);
    expect(sut.store.loss).toBeNull();
  });

  const flip = async (name: string): Promise<void> => {
    const bytes = await readFile(file(name));
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    await writeFile(file(name), bytes);
  };

  it.each([
    ['the journal is emptied', '1.journal', () => truncate(file('1.journal'), 0)],
    ['the journal is cut short', '1.journal', async () => truncate(file('1.journal'), 500)],
    ['the journal is gone', '1.journal', () => unlink(file('1.journal'))],
    ['the journal has a flipped bit', '1.journal', () => flip('1.journal')],
    ['the snapshot is gone', 'snapshot', () => unlink(file('1.snapshot'))],
    ['the snapshot is cut short', 'snapshot', () => truncate(file('1.snapshot'), 100)],
    ['the mark is gone', MARK_FILE, () => unlink(file(MARK_FILE))],
    ['the mark has a flipped bit', MARK_FILE, () => flip(MARK_FILE)],
    ['the revocations are gone', 'tombstones', () => unlink(file('tombstones'))],
    ['the revocations are emptied', 'tombstones', () => truncate(file('tombstones'), 0)],
  ])('serves nothing rather than what was served before, if %s', async (_, name, damage) => {
    await written();
    await damage();
    const sut = await Process.boot(dataDir);
    expect(sut.store.current).toBeNull();
    expect(sut.store.loss).toContain(name);
    expect((await Process.boot(dataDir)).store.loss, 'and does not forget it').toContain(name);
  });

  it('serves nothing after a start if the disk did not take the last change', async () => {
    await written();
    const writer = await Process.boot(dataDir);
    await mkdir(file('2.snapshot.tmp'));
    await writer.change({ op: 'delete', kind: 'policy', key: 'p' });
    await vi.waitFor(() => expect(writer.keptRevision).toBe(4));
    const sut = await Process.boot(dataDir);
    expect(sut.store.current).toBeNull();
    expect(sut.store.loss).toContain('lead to revision 3');
  });

  it('does not count a change as kept that neither snapshot nor mark can hold', async () => {
    await written();
    const writer = await Process.boot(dataDir);
    await rm(file(MARK_FILE));
    await mkdir(join(file(MARK_FILE), 'in the way'), { recursive: true });
    await writer.change({ op: 'delete', kind: 'policy', key: 'p' });
    await writer.end();
    expect(writer.keptRevision).toBe(3);
  });

  it('after a loss, takes nothing older than what it served', async () => {
    await written();
    await unlink(file('1.journal'));
    const sut = await Process.boot(dataDir);
    expect(sut.state.floor?.revision).toBe(3);
  });

  it('serves again, and after another start too, once it was sent the configuration anew', async () => {
    const held = await written();
    await unlink(file(MARK_FILE));
    await unlink(file('tombstones'));
    const healed = await Process.boot(dataDir);
    if (held !== null) await healed.load(held);
    await healed.end();
    expect(healed.store.loss).toBeNull();
    const sut = await Process.boot(dataDir);
    expect(sut.store.current?.digest).toBe(held?.digest);
    expect(sut.store.loss).toBeNull();
  });

  it('keeps one generation only', async () => {
    for (let i = 0; i < 4; i++) {
      const process = await Process.boot(dataDir);
      if (process.store.current === null) await process.load(first);
      await process.change(put(policy(`p${i}`)));
      await process.end();
    }
    const names = (await readdir(join(dataDir, 'config'))).filter((name) => /^\d/.test(name));
    expect(names.sort()).toEqual(['4.journal', '4.snapshot']);
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
    await unlink(join(dataDir, 'data.key'));
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
