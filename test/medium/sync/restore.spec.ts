import { getDataSourceToken } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { freshDatabase } from '../../support/postgres.js';
import { ConfigFeed } from '../../../apps/federation/src/control-plane/config-feed/config-feed.service.js';
import { ControlPlane } from './control-plane.js';
import { NOWHERE, type TestReplica } from './test-replica.js';

const TABLES = [
  'config_head',
  'config_log',
  'config_entity',
  'config_bucket',
  'revoked_token',
  'token',
  'app_user',
];
const RESTORE_ORDER = [
  'app_user',
  'token',
  'revoked_token',
  'config_bucket',
  'config_entity',
  'config_log',
  'config_head',
];

let databaseUrl: string;
let control: ControlPlane;
let replica: TestReplica;

beforeEach(async () => {
  databaseUrl = await freshDatabase();
  control = await ControlPlane.start(databaseUrl);
  replica = await control.replica('aws');
});
afterEach(() => control.close());

const database = (): DataSource => control.app.get<DataSource>(getDataSourceToken());

async function backUp(): Promise<void> {
  for (const table of TABLES) await database().query(`CREATE TABLE saved_${table} AS TABLE ${table}`);
}

/** Two changes in place of one that was lost. */
const OVERTAKE = [
  `INSERT INTO config_log SELECT epoch, revision + step, time, actor, action, resource, digest, 'sha256:' || step,
     changes, revoked FROM config_log, generate_series(1, 2) step WHERE revision = (SELECT revision FROM config_head)`,
  `UPDATE config_head SET revision = revision + 2, digest = 'sha256:2'`,
];

/**
 * Puts the saved rows back, runs further statements, and restarts the control plane, so that it does not remember
 * what it has served.
 */
async function restore(...more: string[]): Promise<void> {
  await database().transaction(async (manager) => {
    for (const table of RESTORE_ORDER.toReversed()) await manager.query(`DELETE FROM ${table}`);
    for (const table of RESTORE_ORDER)
      await manager.query(`INSERT INTO ${table} SELECT * FROM saved_${table}`);
    for (const statement of more) await manager.query(statement);
  });
  await control.close();
  control = await ControlPlane.start(databaseUrl);
  replica.moveTo(control.url);
}

const newUser = (name: string): Promise<{ revision: number }> =>
  control.admin('POST', '/users', { name, displayName: name, groups: [], roles: [], enabled: true });

/** The replica's proof: the newest head, as it was sent. */
const newestHead = async (of = replica): Promise<string> => (await of.snapshot()).preamble.head;

async function beat(head: string): Promise<void> {
  const { epoch, revision, digest } = replica.head(head);
  expect((await replica.heartbeat({ epoch, revision, digest }, { head })).status).toBe(200);
}

describe('a restored backup', () => {
  it('is noticed by the first heartbeat, and changes are refused until it is acknowledged', async () => {
    await newUser('alice@example.com');
    const token = await control.admin('POST', '/tokens', { user: 'alice@example.com', name: 'laptop' });
    await backUp();
    await control.admin('DELETE', `/tokens/${token.id}`);
    await newUser('bob@example.com');
    const { head: before } = await replica.snapshot();
    const proof = await newestHead();
    await restore();

    await beat(proof);
    await expect(newUser('carol@example.com')).rejects.toThrow(/409.*restore-pending/);

    const revoked = before.revoked.map(({ hash, until }) => ({ hash, until }));
    await replica.heartbeat(before, { head: proof, tombstones: revoked });
    await control.admin('POST', '/config/restore-ack', {});
    const { head } = await replica.snapshot();
    expect(head.epoch).toBe(before.epoch + 1);
    expect(head.revision).toBeGreaterThan(before.revision);
    expect(head.revoked).toEqual(expect.arrayContaining(revoked));
    expect((await replica.poll(before)).resync).toBe(true);
    await newUser('dave@example.com');
  });

  it('brings back no revoked token, even if it is acknowledged before any gateway has reported its tombstones', async () => {
    await newUser('alice@example.com');
    const token = await control.admin('POST', '/tokens', { user: 'alice@example.com', name: 'laptop' });
    await backUp();
    await control.admin('DELETE', `/tokens/${token.id}`);
    const { head: before } = await replica.poll(NOWHERE);
    const proof = await newestHead();
    await restore();

    await beat(proof);
    await control.admin('POST', '/config/restore-ack', {});
    expect(before.revoked).toHaveLength(1);
    const revoked = async () => (await replica.poll(NOWHERE)).head.revoked;
    await eventually(async () => expect(await revoked()).toEqual(before.revoked));
    const { entities } = await replica.snapshot();
    expect(entities.filter(({ kind }) => kind === 'token')).toEqual([]);
  });

  it('is noticed even after other changes have taken it past the lost revision', async () => {
    await backUp();
    await newUser('lost@example.com');
    const proof = await newestHead();
    await restore();
    await newUser('other-1@example.com');
    await newUser('other-2@example.com');
    await beat(proof);
    await expect(newUser('carol@example.com')).rejects.toThrow(/409.*restore-pending/);
  });

  it.each([
    ['', []],
    [', even after other changes have taken it past the lost revision', OVERTAKE],
  ])('is noticed by a control replica that has been running all the time%s', async (_, more) => {
    const witness = await ControlPlane.start(databaseUrl);
    await backUp();
    const { revision } = await newUser('lost@example.com');
    await eventually(() => expect(witness.app.get(ConfigFeed).state.revision).toBe(revision));
    await restore(...more);
    await eventually(() =>
      expect(newUser(`x${Math.random()}@example.com`)).rejects.toThrow(/restore-pending/),
    );
    await witness.close();
  });

  it('is not suspected because of an old head, or of a head with a foreign signature', async () => {
    const old = await newestHead();
    await newUser('alice@example.com');
    await beat(old);
    const other = await ControlPlane.start(await freshDatabase());
    const stranger = await other.replica('aws');
    for (const name of ['a', 'b', 'c'])
      await other.admin('POST', '/users', { name, displayName: name, groups: [], roles: [], enabled: true });
    const foreign = await newestHead(stranger);
    expect((await replica.heartbeat(NOWHERE, { head: foreign })).status).toBe(200);
    expect((await replica.heartbeat(NOWHERE, { head: 'not.a.jws' })).status).toBe(200);
    await newUser('bob@example.com');
    await other.close();
  });
});
