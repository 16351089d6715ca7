import type { PrivateBundle } from '#libs/contract';
import { SnapshotStore } from '#libs/snapshot';
import { Logger } from '@nestjs/common';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataDirectory } from '../../state/data-directory.js';
import type { ReplicaIdentity } from '../../state/identity/replica-identity.js';
import type { ControlPlaneClient } from '../control-plane-client/control-plane-client.service.js';
import { HopKeys } from './hop-keys.service.js';

const key = (fill: number): string => Buffer.alloc(32, fill).toString('base64url');
const bundle = (generation: number, gateway = 'aws'): PrivateBundle => ({
  gateway,
  generation,
  outbound: [
    { peer: 'azure', generation, key: key(generation) },
    { peer: 'azure', generation: generation + 1, key: key(generation + 1) },
  ],
  inbound: [-1, 0, 1].map((d) => ({
    peer: 'azure',
    generation: generation + d,
    key: key(40 + generation + d),
  })),
  session: [{ generation, key: key(generation) }],
});

describe('HopKeys', () => {
  let dataDir: string;
  let answers: PrivateBundle[];
  let asked: number;
  let directory: DataDirectory;

  beforeEach(async () => {
    Logger.overrideLogger(false);
    dataDir = await mkdtemp(join(tmpdir(), 'causeway-keys-'));
    directory = await DataDirectory.open({ dataDir, dataKey: null });
    asked = 0;
    answers = [bundle(5)];
  });
  afterEach(async () => {
    await rm(dataDir, { recursive: true, force: true });
  });

  function get(): Promise<PrivateBundle> {
    const answer = answers[asked++];
    return answer === undefined ? Promise.reject(new Error('away')) : Promise.resolve(answer);
  }

  function make(): HopKeys {
    const identity = { gateway: 'aws', enrolment: {} } as unknown as ReplicaIdentity;
    return new HopKeys({ get } as unknown as ControlPlaneClient, identity, directory, new SnapshotStore());
  }

  it('signs with the current generation and accepts the neighbours', async () => {
    const sut = make();
    await sut.refresh();
    expect(sut.outbound('azure')).toEqual({ generation: 5, key: Buffer.alloc(32, 5) });
    expect([3, 4, 5, 6, 7].map((g) => sut.inbound('azure', g) !== null)).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
    expect(sut.outbound('gcp')).toBeNull();
  });

  it('has its keys after a restart without the control plane', async () => {
    await make().refresh();
    answers = [];
    const sut = make();
    await sut.load();
    expect(sut.outbound('azure')?.generation).toBe(5);
    expect(sut.session()).toHaveLength(1);
  });

  it('keeps its keys when the bundle of another gateway comes', async () => {
    answers = [bundle(5, 'azure')];
    const sut = make();
    await sut.refresh();
    expect(sut.outbound('azure')).toBeNull();
  });

  it('does not let a flood of forged hops become a flood of requests to the control plane', async () => {
    answers = Array.from({ length: 100 }, () => bundle(5));
    const sut = make();
    await Promise.all(Array.from({ length: 100 }, () => sut.refresh()));
    await sut.refresh();
    expect(asked).toBe(1);
  });

  it('does not fail where the control plane is away', async () => {
    answers = [];
    await expect(make().refresh()).resolves.toBeUndefined();
  });
});
