import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { RestartableNats } from '../../support/nats.js';
import { freshDatabase } from '../../support/postgres.js';
import { ControlPlane } from './control-plane.js';
import { NatsListener } from './nats-listener.js';
import type { TestReplica } from './test-replica.js';

let directory: string;
let nats: RestartableNats;
let databaseUrl: string;
let control: ControlPlane[];
let replica: TestReplica;
let listener: NatsListener;
let users = 0;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'causeway-publisher-'));
  nats = await RestartableNats.start(directory);
  databaseUrl = await freshDatabase();
  const start = () => ControlPlane.start(databaseUrl, { natsUrl: nats.url });
  control = [await start(), await start()];
  replica = await first().replica('aws');
  listener = await NatsListener.to(nats.url, replica);
});
afterAll(async () => {
  await listener.close();
  await Promise.all(control.map((one) => one.close()));
  await nats.kill();
  rmSync(directory, { recursive: true, force: true });
});

const first = (): ControlPlane => control[0] as ControlPlane;

async function change(): Promise<number> {
  const name = `u${users++}@example.com`;
  const answer = await first().admin('POST', '/users', {
    name,
    displayName: name,
    groups: [],
    roles: [],
    enabled: true,
  });
  return (answer as { revision: number }).revision;
}

const deltaArrives = (revision: number, withinMs: number): Promise<void> =>
  eventually(() => expect(listener.deltas.map((delta) => delta.revision)).toContain(revision), withinMs, 20);

const leaders = async (): Promise<number[]> => {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ pid: number }>(
    `SELECT l.pid FROM pg_locks l JOIN pg_database d ON d.oid = l.database
      WHERE l.locktype = 'advisory' AND l.objid = 4027002 AND l.granted AND d.datname = current_database()`,
  );
  await client.end();
  return rows.map(({ pid }) => pid);
};

async function terminate(pid: number): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('SELECT pg_terminate_backend($1)', [pid]);
  await client.end();
}

describe('publication over NATS', () => {
  it('sends each change once as a delta, followed by the head', async () => {
    await eventually(async () => expect(await leaders()).toHaveLength(1));
    await eventually(() => expect(listener.heads.length).toBeGreaterThan(0));
    const revision = await change();
    await deltaArrives(revision, 5000);
    await eventually(() => expect(listener.heads.at(-1)?.revision).toBe(revision), 5000, 20);
    expect(listener.deltas.filter((delta) => delta.revision === revision)).toHaveLength(1);
  });

  it('repeats the head with a newer time when nothing changes', async () => {
    const { length } = listener.heads;
    await eventually(() => expect(listener.heads.length).toBeGreaterThan(length + 1), 10_000);
    const [before, after] = listener.heads.slice(-2).map(({ time }) => Date.parse(time));
    expect(after).toBeGreaterThan(before ?? Infinity);
  });

  it('announces a change of more than 256 KiB only by its head, and hands it out by long poll', async () => {
    const name = `big-${'x'.repeat(10)}`;
    const { head: before } = await replica.snapshot();
    const servers = Array.from({ length: 6000 }, (_, i) => `mcp-${String(i).padStart(50, '0')}`);
    const body = { name, effect: 'allow', subjects: ['authenticated'], servers };
    const { revision } = (await first().admin('POST', '/policies', body)) as { revision: number };
    await eventually(() => expect(listener.heads.at(-1)?.revision).toBe(revision), 5000, 20);
    const next = await change();
    await deltaArrives(next, 5000);
    expect(listener.deltas.map((delta) => delta.revision)).not.toContain(revision);
    await eventually(async () => {
      const { deltas } = await replica.poll(before);
      expect(deltas.map((delta) => delta.revision)).toEqual([revision, next]);
    }, 5000);
  });

  it('continues within 5 s after the session that holds the leader lock was killed', async () => {
    for (let round = 0; round < 2; round++) {
      const [pid] = await leaders();
      await terminate(pid ?? 0);
      await deltaArrivesByAnyMeans(await change());
      await eventually(async () => expect(await leaders()).toHaveLength(1), 5000);
      expect(await leaders()).not.toContain(pid);
    }
  });

  it('loses nothing while NATS is down, and continues when it is back', async () => {
    await nats.kill();
    const { head } = await replica.snapshot();
    const revision = await change();
    const { deltas } = await replica.poll(head, 20);
    expect(deltas.map((delta) => delta.revision)).toEqual([revision]);
    await nats.restart();
    const { length } = listener.heads;
    await eventually(() => expect(listener.heads.length).toBeGreaterThan(length), 20_000);
    expect(listener.heads.at(-1)?.revision).toBe(revision);
    await deltaArrives(await change(), 5000);
  });
});

/** A change that is made while there is no leader is announced by the next leader's head. */
async function deltaArrivesByAnyMeans(revision: number): Promise<void> {
  await eventually(() => expect(listener.heads.at(-1)?.revision).toBeGreaterThanOrEqual(revision), 5000, 20);
}

describe('a control plane without NATS', () => {
  it('boots, serves and shuts down even if the NATS server does not exist', async () => {
    const alone = await ControlPlane.start(await freshDatabase(), {
      natsUrl: 'nats://user:pass@127.0.0.1:9',
    });
    const other = await alone.replica('aws');
    expect((await other.snapshot()).entities.length).toBeGreaterThan(0);
    await alone.close();
  });
});
