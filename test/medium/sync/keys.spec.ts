import type { PrivateBundle } from '#libs/contract';
import { getDataSourceToken } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HopKeyRotation } from '../../../apps/federation/src/control-plane/keys/hop-key-rotation.service.js';
import { SettingsError } from '../../../apps/federation/src/settings/settings.error.js';
import { freshDatabase } from '../../support/postgres.js';
import { ControlPlane } from './control-plane.js';
import type { TestReplica } from './test-replica.js';

let databaseUrl: string;
let control: ControlPlane;
let database: DataSource;
let aws: TestReplica;
let azure: TestReplica;

beforeAll(async () => {
  databaseUrl = await freshDatabase();
  control = await ControlPlane.start(databaseUrl);
  database = control.app.get<DataSource>(getDataSourceToken());
  aws = await control.replica('aws');
  azure = await control.replica('azure');
  await control.replica('onprem');
});
afterAll(() => control.close());

const bundle = (replica: TestReplica): Promise<PrivateBundle> => replica.get('/internal/v1/bundle');

const inboundKey = (of: PrivateBundle, peer: string, generation: number): string | undefined =>
  of.inbound.find((key) => key.peer === peer && key.generation === generation)?.key;

const outboundKey = (of: PrivateBundle, peer: string): string | undefined =>
  of.outbound.find((key) => key.peer === peer)?.key;

describe('private bundles', () => {
  it('hold the same key at both ends of a hop, and another one for each direction', async () => {
    const [a, z] = [await bundle(aws), await bundle(azure)];
    expect(outboundKey(a, 'azure')).toBe(inboundKey(z, 'aws', a.generation));
    expect(outboundKey(z, 'aws')).toBe(inboundKey(a, 'azure', z.generation));
    expect(outboundKey(a, 'azure')).not.toBe(outboundKey(z, 'aws'));
    expect(outboundKey(a, 'azure')).not.toBe(outboundKey(a, 'onprem'));
  });

  it('hold no keys for the hops and sessions of other gateways', async () => {
    const a = await bundle(aws);
    const text = JSON.stringify(await bundle(azure));
    expect(text).not.toContain(outboundKey(a, 'onprem'));
    expect(a.session.some(({ key }) => text.includes(key))).toBe(false);
  });

  it('still match after a rotation when only one gateway has the new one', async () => {
    const before = await bundle(aws);
    await control.admin('POST', '/hop-keys/rotate');
    const after = await bundle(azure);
    expect(after.generation).toBe(before.generation + 1);
    expect(inboundKey(after, 'aws', before.generation)).toBe(outboundKey(before, 'azure'));
    expect(inboundKey(before, 'azure', after.generation)).toBe(outboundKey(after, 'aws'));
  });

  it('hold session keys of the current generation first, then of the previous and the next one', async () => {
    const { session, generation } = await bundle(aws);
    expect(session[0]?.generation).toBe(generation);
    expect(new Set(session.map((key) => key.generation))).toEqual(
      new Set([generation - 1, generation, generation + 1]),
    );
  });

  it('get a new generation once a day and not more often', async () => {
    const rotation = control.app.get(HopKeyRotation, { strict: false });
    expect(await rotation.rotateIfDue()).toBe(false);
    await database.query(`UPDATE config_log SET time = time - interval '25 hours'`);
    const { generation } = await bundle(aws);
    const rotated = await Promise.all([rotation.rotateIfDue(), rotation.rotateIfDue()]);
    expect(rotated.sort()).toEqual([false, true]);
    expect((await bundle(aws)).generation).toBe(generation + 1);
  });
});

describe('signing keys', () => {
  it('rotate to a key that replicas already know', async () => {
    const old = await aws.snapshot();
    const answer = await control.admin('POST', '/signing-keys/rotate');
    expect(aws.enrolment.signingKeys[1]?.kid).toBe(answer.activeKid);
    const { head, entities } = await aws.snapshot();
    expect(head.revision).toBe(answer.revision);
    expect(old.head.revision).toBeLessThan(head.revision);
    const announced = entities.filter(({ kind }) => kind === 'signing-key').map(({ key }) => key);
    expect(announced).toEqual(expect.arrayContaining(aws.enrolment.signingKeys.map(({ kid }) => kid)));
    expect(announced).toHaveLength(3);
  });

  it('leave the configuration one rotation after their last use', async () => {
    await control.admin('POST', '/signing-keys/rotate');
    const oldest = aws.enrolment.signingKeys[0]?.kid;
    const fresh = await control.replica('gcp');
    const { entities } = await fresh.snapshot();
    const announced = entities.filter(({ kind }) => kind === 'signing-key').map(({ key }) => key);
    expect(announced).not.toContain(oldest);
    expect(announced).toHaveLength(3);
  });

  it('are stored only in encrypted form', async () => {
    const rows: { private_ciphertext: Buffer }[] = await database.query(
      'SELECT private_ciphertext FROM signing_key',
    );
    const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');
    for (const row of rows) expect(row.private_ciphertext.includes(PKCS8_ED25519)).toBe(false);
  });

  it('cannot be decrypted in the row of another key', async () => {
    await database.query(`
      UPDATE signing_key a SET private_ciphertext = b.private_ciphertext
        FROM signing_key b WHERE a.state = 'next' AND b.state = 'active'`);
    await expect(ControlPlane.start(databaseUrl)).rejects.toThrow(SettingsError);
  });
});

describe('a wrong master key', () => {
  it('ends the boot with an error that names the setting but does not show it', async () => {
    const masterKey = Buffer.alloc(32, 9);
    const boot = ControlPlane.start(databaseUrl, { masterKey });
    await expect(boot).rejects.toThrow(/CAUSEWAY_MASTER_KEY: seen \(secret\)/);
    await expect(boot).rejects.toThrow(SettingsError);
  });
});

describe('the first boot', () => {
  it('makes one deployment even if three control replicas boot at once', async () => {
    const url = await freshDatabase();
    const replicas = await Promise.all([1, 2, 3].map(() => ControlPlane.start(url)));
    const one = await replicas[0]?.replica('aws');
    const heads = await Promise.all(replicas.map((each) => each.admin('GET', '/config')));
    expect(heads.map(({ revision }) => revision)).toEqual([2, 2, 2]);
    for (const { url: other } of replicas) {
      one?.moveTo(other);
      expect((await one?.snapshot())?.head.revision).toBe(2);
    }
    await Promise.all(replicas.map((each) => each.close()));
  });
});
