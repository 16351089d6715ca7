import { SUBJECTS, tokenHash } from '#libs/contract';
import { connect } from '@nats-io/transport-node';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GatewaySettings } from '../../../apps/federation/src/settings/settings.js';
import { eventually } from '../../support/eventually.js';
import { RestartableNats } from '../../support/nats.js';
import { freshDatabase } from '../../support/postgres.js';
import { ControlPlane } from './control-plane.js';
import { GatewaySync, settingsOf } from './gateway-sync.js';

let directory: string;
const ends: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'causeway-sync-'));
});
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
  await rm(directory, { recursive: true, force: true });
});

async function controlPlane(databaseUrl?: string, natsUrl?: string): Promise<ControlPlane> {
  const plane = await ControlPlane.start(databaseUrl ?? (await freshDatabase()), natsUrl);
  ends.push(() => plane.stop());
  return plane;
}

async function replica(settings: GatewaySettings): Promise<GatewaySync> {
  const sync = await GatewaySync.start(settings);
  ends.push(() => sync.stop());
  return sync;
}

async function enrolled(plane: ControlPlane, name: string, more: Partial<GatewaySettings> = {}) {
  const joinToken = await plane.gateway(name);
  const dataDir = join(directory, name);
  const settings = settingsOf(name, { controlPlaneUrl: plane.url, dataDir, joinToken, ...more });
  return { settings, sync: await replica(settings) };
}

const until = (sync: GatewaySync, revision: number, timeoutMs = 15_000) =>
  eventually(() => expect(sync.store.current?.revision ?? 0).toBeGreaterThanOrEqual(revision), timeoutMs, 20);

const hasKeys = (sync: GatewaySync) => eventually(() => expect(sync.hopKeys.session()).not.toEqual([]));

/** A copy of a database as a backup of it would bring it back. Nobody may be connected. */
async function backupOf(databaseUrl: string): Promise<string> {
  const server = new URL(databaseUrl);
  const live = server.pathname.slice(1);
  server.pathname = '/postgres';
  const client = new Client({ connectionString: server.href });
  await client.connect();
  await client.query(`CREATE DATABASE ${live}_backup TEMPLATE ${live}`);
  await client.end();
  server.pathname = `/${live}_backup`;
  return server.href;
}

async function sql(databaseUrl: string, ...statements: string[]): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

describe('a gateway and a real control plane', () => {
  it('enrols, loads the configuration and its keys, and follows changes by long poll', async () => {
    const plane = await controlPlane();
    const { sync } = await enrolled(plane, 'aws');
    await plane.gateway('azure');
    const { revision } = await plane.server('mcp-a', 'azure');
    await until(sync, revision);
    expect(sync.identity.gateway).toBe('aws');
    expect(sync.store.current?.server('mcp-a')?.handlers[0]?.gateway).toBe('azure');
    expect(sync.status.check()).toEqual({ ready: true, reasons: [] });
    await eventually(() => expect(sync.hopKeys.outbound('azure')?.key).toHaveLength(32));
    await eventually(async () => {
      const fleet = await plane.call('GET', '/fleet');
      expect(fleet.gateways.find((each: { name: string }) => each.name === 'aws')).toMatchObject({
        status: 'ok',
        replicas: [{ revision, digest: sync.store.current?.digest }],
      });
    });
  });

  it('has new keys as soon as a replica of a peer was evicted', async () => {
    const plane = await controlPlane();
    const { sync } = await enrolled(plane, 'aws');
    const peer = await enrolled(plane, 'azure');
    await eventually(() => expect(sync.hopKeys.outbound('azure')).not.toBeNull());
    await eventually(() => expect(peer.sync.hopKeys.outbound('aws')).not.toBeNull());
    const before = sync.hopKeys.outbound('azure');
    await plane.call('DELETE', `/gateways/azure/replicas/${peer.sync.identity.enrolment?.replicaId}`);
    await eventually(() => {
      expect(sync.hopKeys.outbound('azure')?.generation).toBe(before?.generation);
      expect(sync.hopKeys.outbound('azure')?.key).not.toEqual(before?.key);
    });
  });

  it('serves from disk while the control plane is down, hop keys included, and follows it again afterwards', async () => {
    const database = await freshDatabase();
    const plane = await controlPlane(database);
    const { settings, sync } = await enrolled(plane, 'aws');
    await plane.gateway('azure');
    await until(sync, (await plane.server('mcp-a', 'azure')).revision);
    const { revision } = await plane.server('mcp-b', 'aws');
    await until(sync, revision);
    await eventually(() => expect(sync.hopKeys.outbound('azure')).not.toBeNull());
    const key = sync.hopKeys.outbound('azure');
    await sync.stop();
    await plane.stop();

    const again = await replica({ ...settings, joinToken: null });
    expect(again.store.current?.revision).toBe(revision);
    expect(again.store.current?.server('mcp-b')?.name).toBe('mcp-b');
    expect(again.hopKeys.outbound('azure')).toEqual(key);
    expect(again.status.check().ready).toBe(true);
    expect(again.store.staleness()).toBeLessThan(60_000);

    await plane.startOn(database);
    await until(again, (await plane.server('mcp-c', 'aws')).revision, 20_000);
  });

  it('keeps nothing readable on disk, and starts without a configuration if the files were changed', async () => {
    const plane = await controlPlane();
    const { settings, sync } = await enrolled(plane, 'aws');
    await until(sync, (await plane.server('mcp-secret-name', 'aws')).revision);
    await hasKeys(sync);
    await sync.stop();
    const files = (await readdir(join(settings.dataDir, 'config'))).map((file) =>
      join(settings.dataDir, 'config', file),
    );
    expect(files.some((file) => file.endsWith('.snapshot'))).toBe(true);
    for (const file of files) {
      const bytes = await readFile(file);
      expect(bytes.includes('mcp-secret-name')).toBe(false);
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
      await writeFile(file, bytes);
    }
    await plane.stop();
    const again = await replica(settings);
    expect(again.store.current).toBeNull();
    expect(again.status.check().ready).toBe(false);
  });

  it('enrols again by itself when the control plane has forgotten the replica', async () => {
    const database = await freshDatabase();
    const plane = await controlPlane(database);
    const { sync } = await enrolled(plane, 'aws');
    await until(sync, (await plane.server('mcp-a', 'aws')).revision);
    await plane.stop();
    await sql(database, 'DELETE FROM replica');
    await plane.startOn(database);
    await until(sync, (await plane.server('mcp-b', 'aws')).revision, 30_000);
    expect(sync.store.current?.server('mcp-b')?.name).toBe('mcp-b');
  });

  it('revokes a token within 2 s without NATS', async () => {
    const plane = await controlPlane();
    const { sync } = await enrolled(plane, 'aws');
    await plane.call('POST', '/users', { name: 'alice@example.com' });
    const { id, token, revision } = await plane.call('POST', '/tokens', { user: 'alice@example.com' });
    await until(sync, revision);
    expect(sync.store.current?.token(tokenHash(token))?.user).toBe('alice@example.com');
    await plane.call('DELETE', `/tokens/${id}`);
    await eventually(() => expect(sync.store.isRevoked(tokenHash(token))).toBe(true), 2000, 20);
  });
});

describe('with NATS', () => {
  it('receives changes over NATS, and by long poll while NATS is down', async () => {
    const nats = await RestartableNats.start(directory);
    ends.push(() => nats.kill());
    const plane = await controlPlane(undefined, nats.url);
    const { sync } = await enrolled(plane, 'aws', { natsUrl: nats.url });
    await eventually(() => expect(sync.state.connection).toBe('nats'));
    await nats.kill();
    await until(sync, (await plane.server('mcp-a', 'aws')).revision);
    await nats.restart();
    await eventually(() => expect(sync.state.connection).toBe('nats'), 20_000);
    await until(sync, (await plane.server('mcp-b', 'aws')).revision);
  });

  it('ignores heads and deltas on NATS that were forged or changed', async () => {
    const nats = await RestartableNats.start(directory);
    ends.push(() => nats.kill());
    const plane = await controlPlane(undefined, nats.url);
    const { sync } = await enrolled(plane, 'aws', { natsUrl: nats.url });
    const attacker = await connect({ servers: nats.url });
    ends.push(() => attacker.close());
    const heard = attacker.subscribe(SUBJECTS.delta, { max: 1 });
    await attacker.flush();
    await until(sync, (await plane.server('mcp-a', 'aws')).revision);
    let jws = '';
    for await (const message of heard) jws = message.json<{ data: string }>().data;
    const [header, payload, signature] = jws.split('.') as [string, string, string];
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
    const held = sync.store.current;
    const forged = {
      ...claims,
      revision: (held?.revision ?? 0) + 1,
      previousDigest: held?.digest,
      changes: [],
    };
    const body = Buffer.from(JSON.stringify(forged)).toString('base64url');
    attacker.publish(
      SUBJECTS.delta,
      JSON.stringify({ pattern: SUBJECTS.delta, data: `${header}.${body}.${signature}` }),
    );
    attacker.publish(SUBJECTS.head, JSON.stringify({ pattern: SUBJECTS.head, data: jws }));
    attacker.publish(SUBJECTS.head, 'no JSON');
    await attacker.flush();
    await until(sync, (await plane.server('mcp-b', 'aws')).revision);
    expect(sync.store.current?.revision).toBe((held?.revision ?? 0) + 1);
    expect(sync.store.current?.server('mcp-b')?.name).toBe('mcp-b');
  });
});

describe('a control plane that lost or broke something', () => {
  it('keeps its gateways on the newer configuration after a backup was restored, until an operator acknowledges it; revocations stay', async () => {
    const database = await freshDatabase();
    const plane = await controlPlane(database);
    const { sync } = await enrolled(plane, 'aws');
    await plane.call('POST', '/users', { name: 'alice@example.com' });
    const { id, token, revision } = await plane.call('POST', '/tokens', { user: 'alice@example.com' });
    await until(sync, revision);
    await plane.stop();
    const backup = await backupOf(database);
    await plane.startOn(database);
    const { revision: revokedAt } = await plane.call('DELETE', `/tokens/${id}`);
    await until(sync, revokedAt, 20_000);
    await plane.stop();

    await plane.startOn(backup);
    await eventually(() => expect(sync.state.rejected?.reason).toBe('config_regression'), 20_000);
    expect(sync.store.current?.revision).toBe(revokedAt);
    expect(sync.store.isRevoked(tokenHash(token))).toBe(true);
    await eventually(() => expect(plane.server('mcp-a', 'aws')).rejects.toThrow('409'), 20_000);

    const ack = await plane.call('POST', '/config/restore-ack');
    expect(ack.epoch).toBe(2);
    await eventually(() => expect(sync.store.current?.epoch).toBe(2), 20_000);
    await until(sync, (await plane.server('mcp-a', 'aws')).revision);
    expect(sync.store.isRevoked(tokenHash(token))).toBe(true);
    expect(sync.state.rejected).toBeNull();
  });

  it('sees its gateways refuse an invalid change, report it, and recover with the next valid one', async () => {
    const database = await freshDatabase();
    const plane = await controlPlane(database);
    const { sync } = await enrolled(plane, 'aws');
    const { revision } = await plane.server('mcp-a', 'aws');
    await until(sync, revision);
    const poison = JSON.stringify([{ op: 'put', kind: 'server', key: 'bad', body: '{"name":"bad"}' }]);
    await sql(
      database,
      'BEGIN',
      `INSERT INTO config_log (epoch, revision, time, actor, action, resource, previous_digest, digest, changes, revoked)
       SELECT epoch, revision + 1, now(), 'nobody', 'poison', 'x', digest, 'sha256:poison', '${poison}', '[]' FROM config_head`,
      `UPDATE config_head SET revision = revision + 1, digest = 'sha256:poison'`,
      'COMMIT',
    );
    await eventually(async () => {
      const fleet = await plane.call('GET', '/fleet');
      expect(fleet.gateways[0]).toMatchObject({
        status: 'rejecting',
        replicas: [{ revision, rejected: { revision: revision + 1, reason: 'snapshot_invalid' } }],
      });
    });
    expect(sync.store.current?.server('mcp-a')?.name).toBe('mcp-a');
    const good = await plane.server('mcp-b', 'aws');
    await until(sync, good.revision);
    expect(sync.store.current?.server('mcp-b')?.name).toBe('mcp-b');
    expect(sync.state.rejected).toBeNull();
  });
});
