import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Version } from '#libs/contract';
import { freshDatabase } from '../../support/postgres.js';
import { ControlPlane } from './control-plane.js';
import { Follower } from './follower.js';
import { NOWHERE, type TestReplica } from './test-replica.js';

let first: ControlPlane;
let second: ControlPlane;
let replica: TestReplica;

beforeAll(async () => {
  const databaseUrl = await freshDatabase();
  [first, second] = await Promise.all([ControlPlane.start(databaseUrl), ControlPlane.start(databaseUrl)]);
  replica = await first.replica('aws');
});
afterAll(() => Promise.all([first.close(), second.close()]));

const newUser = (control: ControlPlane, name: string): Promise<{ revision: number }> =>
  control.admin('POST', '/users', { name, displayName: name, groups: [], roles: [], enabled: true });

describe('the configuration feed', () => {
  it('has no gap after 20 parallel writers at two control replicas', async () => {
    const follower = new Follower(replica);
    await follower.load();
    const start = follower.position.revision;
    const made = Array.from({ length: 20 }, async (_, writer) => {
      for (let i = 0; i < 4; i++)
        await newUser(writer % 2 === 0 ? first : second, `w${writer}-${i}@example.com`);
    });
    await Promise.all([...made, follower.followTo(start + 80)]);
    expect(follower.seen).toEqual(Array.from({ length: 80 }, (_, i) => start + 1 + i));
    expect((await first.admin('GET', '/config')).digest).toBe(follower.position.digest);
    const again = new Follower(replica);
    await again.load();
    expect(again.position).toMatchObject({ digest: follower.position.digest });
  });

  it('answers a waiting poll as soon as something changes, even through the other control replica', async () => {
    const { head } = await replica.snapshot();
    const started = performance.now();
    const waiting = replica.poll(head, 25);
    await newUser(second, 'poll@example.com');
    const { deltas } = await waiting;
    expect(deltas.map(({ revision }) => revision)).toEqual([head.revision + 1]);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('answers a poll with only a head when nothing changes', async () => {
    const { head } = await replica.snapshot();
    const { deltas, resync, head: later } = await replica.poll(head, 2);
    expect({ deltas, resync }).toEqual({ deltas: [], resync: false });
    expect(Date.parse(later.time)).toBeGreaterThan(Date.parse(head.time));
  });

  it.each([
    ['nothing yet', () => NOWHERE],
    ['another digest of the newest revision', (at: Version) => ({ ...at, digest: 'sha256:0' })],
    ['another digest of an older revision', (at: Version) => ({ ...at, revision: 2, digest: 'sha256:0' })],
    ['a revision that does not exist yet', (at: Version) => ({ ...at, revision: at.revision + 5 })],
    ['another epoch', (at: Version) => ({ ...at, epoch: at.epoch + 1 })],
  ])('tells a gateway that holds %s to load everything', async (_, position) => {
    const { head } = await replica.snapshot();
    expect(await replica.poll(position(head), 5)).toMatchObject({ deltas: [], resync: true });
  });

  it('brings a revocation in the delta, in every later head and in the snapshot', async () => {
    await newUser(first, 'alice@example.com');
    const token = await first.admin('POST', '/tokens', { user: 'alice@example.com', name: 'laptop' });
    const { head: before } = await replica.snapshot();
    const waiting = replica.poll(before, 25);
    await first.admin('DELETE', `/tokens/${token.id}`);
    const { deltas } = await waiting;
    const [revoked] = deltas.flatMap((delta) => delta.revoked);
    expect(revoked?.hash).toMatch(/^[0-9a-f]{64}$/);
    await newUser(first, 'later@example.com');
    const { head } = await replica.poll(deltas.at(-1) ?? before, 25);
    expect(head.revoked).toContainEqual(revoked);
    const { preamble } = await replica.snapshot();
    expect(preamble.tombstones).toContainEqual(revoked);
  });

  it('answers waiting polls when the control replica shuts down', async () => {
    const third = await ControlPlane.start(await freshDatabase());
    const other = await third.replica('aws');
    const { head } = await other.snapshot();
    const waiting = Array.from({ length: 10 }, () => other.poll(head, 25));
    const started = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 300));
    await third.close();
    for (const answer of await Promise.all(waiting))
      expect(answer).toMatchObject({ deltas: [], resync: false });
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
