import { Logger } from '@nestjs/common';
import { mkdtemp, readFile, rm, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DataDirectory } from '../data-directory.js';
import { ReplicaIdentity } from './replica-identity.js';

const URL = 'https://aws.example.com';
const ANSWER = {
  gateway: 'aws',
  replicaId: 'r1',
  deploymentId: 'd1',
  signingKeys: [{ kid: 'k1', x: 'first' }],
};

describe('the identity of a replica', () => {
  let dataDir: string;
  const file = (name: string): string => join(dataDir, name);

  beforeEach(async () => {
    Logger.overrideLogger(false);
    dataDir = await mkdtemp(join(tmpdir(), 'causeway-identity-'));
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await rm(dataDir, { recursive: true, force: true });
  });

  const load = async (joinToken: string | null = null): Promise<ReplicaIdentity> =>
    ReplicaIdentity.load(await DataDirectory.open({ dataDir, dataKey: null }), { url: URL, joinToken });

  async function enrolled(): Promise<ReplicaIdentity> {
    const identity = await load();
    await identity.enrolled({ ...ANSWER, url: URL });
    return identity;
  }

  const flip = async (name: string): Promise<void> => {
    const bytes = await readFile(file(name));
    bytes[30] = (bytes[30] ?? 0) ^ 1;
    await writeFile(file(name), bytes);
  };

  it('is the same after a restart', async () => {
    const before = await enrolled();
    const after = await load();
    expect(after.key.x).toBe(before.key.x);
    expect(after.enrolment).toEqual(before.enrolment);
  });

  it('does not count an enrolment under another URL', async () => {
    const identity = await load();
    await identity.enrolled({ ...ANSWER, url: 'https://other.example.com' });
    expect((await load('cwj_token')).enrolment).toBeNull();
  });

  describe.each([
    ['is emptied', (name: string) => truncate(file(name), 0)],
    ['is cut short', (name: string) => truncate(file(name), 60)],
    ['has a flipped bit', flip],
  ])('if a file %s', (_, damage) => {
    it.each(['replica-key.pem', 'enrolment.json'])(
      'makes a new key for enrolling again, and logs %s',
      async (name) => {
        const before = await enrolled();
        await damage(name);
        const log = vi.spyOn(Logger.prototype, 'error');
        const after = await load('cwj_token');
        expect(after.key.x).not.toBe(before.key.x);
        expect(log.mock.calls.flat().join()).toContain(name);
      },
    );

    it.each(['replica-key.pem', 'enrolment.json'])(
      'without a join token, asks for one and names %s',
      async (name) => {
        await enrolled();
        await damage(name);
        await expect(load()).rejects.toThrow(new RegExp(`DATA_DIR: seen .*${name} is damaged.*JOIN_TOKEN`));
      },
    );
  });

  it('keeps its enrolment, and so the keys it trusts, if only its own key is lost', async () => {
    await enrolled();
    await unlink(file('replica-key.pem'));
    await expect(load()).rejects.toThrow('replica-key.pem is damaged: it is missing');
    expect((await load('cwj_token')).enrolment).toMatchObject(ANSWER);
  });

  it('asks for a join token if its key is not the one that enrolled', async () => {
    await enrolled();
    await unlink(file('replica-key.pem'));
    await load('cwj_token');
    await expect(load()).rejects.toThrow('it is not the key of enrolment.json');
  });

  it('trusts the keys that a configuration announced, also after a restart, and no others', async () => {
    const identity = await enrolled();
    await identity.announced([{ kid: 'k2', x: 'second' }]);
    await identity.announced([{ kid: 'k3', x: 'third' }]);
    const after = await load();
    expect(['k1', 'k2', 'k3'].map((kid) => after.signingKey(kid))).toEqual(['first', undefined, 'third']);
  });

  it('makes a new data key if the kept one is damaged', async () => {
    const before = await DataDirectory.open({ dataDir, dataKey: null });
    await before.writeSealed('head', 'x');
    await flip('data.key');
    const log = vi.spyOn(Logger.prototype, 'error');
    const after = await DataDirectory.open({ dataDir, dataKey: null });
    expect(log.mock.calls.flat().join()).toContain('data.key is damaged');
    await expect(after.readSealed('head')).rejects.toThrow('cannot be decrypted');
    await after.writeSealed('head', 'y');
    await expect((await DataDirectory.open({ dataDir, dataKey: null })).readSealed('head')).resolves.toBe(
      'y',
    );
  });
});
