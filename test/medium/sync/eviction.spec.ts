import type { PrivateBundle } from '#libs/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { entryPart } from '../../support/audit-parts.js';
import { eventually } from '../../support/eventually.js';
import { freshDatabase } from '../../support/postgres.js';
import { ControlPlane } from './control-plane.js';
import { enrolRequest, NOWHERE, postEnrol, TestReplica } from './test-replica.js';

let control: ControlPlane;
let witness: ControlPlane;
let peer: TestReplica;
let joinToken: string;
let evicted: TestReplica;
let other: TestReplica;
let round = 0;
let gateway: string;

beforeAll(async () => {
  const databaseUrl = await freshDatabase();
  control = await ControlPlane.start(databaseUrl);
  witness = await ControlPlane.start(databaseUrl);
  peer = await control.replica('peer');
});
afterAll(async () => {
  await witness.close();
  await control.close();
});
beforeEach(async () => {
  gateway = `gw-${round++}`;
  joinToken = await control.gateway(gateway);
  evicted = await TestReplica.enrol(control.url, gateway, joinToken);
  other = await TestReplica.enrol(control.url, gateway, joinToken);
});

const evict = (replica = evicted) =>
  control.admin('DELETE', `/gateways/${gateway}/replicas/${replica.enrolment.replicaId}`);

const bundleOf = (replica: TestReplica): Promise<PrivateBundle> => replica.get('/internal/v1/bundle');
const keysOf = ({ inbound, outbound, session }: PrivateBundle): string[] =>
  [...inbound, ...outbound, ...session].map(({ key }) => key);

async function statuses(replica: TestReplica): Promise<Record<string, number>> {
  const batch = { boot: 'b', records: [{ seq: 1, part: entryPart('q', { gateway }) }] };
  return {
    bundle: (await replica.request('GET', '/internal/v1/bundle')).status,
    poll: (await replica.request('GET', '/internal/v1/config?wait=0')).status,
    snapshot: (await replica.request('GET', '/internal/v1/snapshot')).status,
    heartbeat: (await replica.heartbeat(NOWHERE)).status,
    audit: (await replica.request('POST', '/internal/v1/audit', batch)).status,
  };
}
const REFUSED = { bundle: 401, poll: 401, snapshot: 401, heartbeat: 401, audit: 401 };

describe('an evicted replica', () => {
  it('is refused everything at every control replica, even one that knew it', async () => {
    evicted.moveTo(witness.url);
    expect(await statuses(evicted)).toMatchObject({ bundle: 200, poll: 200, heartbeat: 200, audit: 200 });
    await evict();
    await eventually(async () => expect(await statuses(evicted)).toEqual(REFUSED));
    evicted.moveTo(control.url);
    await eventually(async () => expect(await statuses(evicted)).toEqual(REFUSED));
    expect((await other.heartbeat(NOWHERE)).status).toBe(200);
  });

  it('does not learn of another change by a poll that was open when it was evicted', async () => {
    const { head } = await evicted.poll(NOWHERE);
    const { epoch, revision, digest } = head;
    const query = new URLSearchParams({ epoch: `${epoch}`, since: `${revision}`, digest, wait: '20' });
    const open = evicted.request('GET', `/internal/v1/config?${query.toString()}`);
    await evict();
    expect((await open).status).toBe(401);
  });

  it('knows no key that its gateway, or a peer of it, still uses', async () => {
    const known = new Set(keysOf(await bundleOf(evicted)));
    const peers = new Set(keysOf(await bundleOf(peer)));
    expect([...known].filter((key) => peers.has(key)).length).toBeGreaterThan(0);
    await evict();
    for (const bundle of [await bundleOf(other), await bundleOf(peer)])
      expect(keysOf(bundle).filter((key) => known.has(key))).toEqual([]);
  });

  it('leaves both ends of each hop with the same keys', async () => {
    await evict();
    const [own, theirs] = [await bundleOf(other), await bundleOf(peer)];
    const { generation } = own;
    const outbound = own.outbound.find((key) => key.peer === 'peer');
    const inbound = theirs.inbound.find((key) => key.peer === gateway && key.generation === generation);
    expect(outbound?.key).toBe(inbound?.key);
  });

  it('cannot enrol again with a join token that it knows', async () => {
    const { id } = await control.admin('POST', `/gateways/${gateway}/join-tokens`, {
      expiresInSeconds: null,
    });
    await evict();
    const request = enrolRequest(joinToken, `https://${gateway}.example.com`, 'e'.repeat(43));
    expect((await postEnrol(control.url, request)).status).toBe(401);
    const { items } = await control.admin('GET', `/audit?kind=admin&limit=1`);
    expect(items[0]).toMatchObject({
      action: 'replica.delete',
      resource: `gateways/${gateway}/replicas/${evicted.enrolment.replicaId}`,
      before: { id: evicted.enrolment.replicaId },
      after: { revokedJoinTokens: expect.arrayContaining([id]) },
    });
  });

  it('is no longer listed, and its gateway is down, not never seen, if it was the only one', async () => {
    expect((await control.admin('GET', `/gateways/${gateway}/replicas`)).items).toHaveLength(2);
    await evict(other);
    const receipt = await evict();
    expect(receipt.pending).toContain(gateway);
    expect(receipt.neverSeen).not.toContain(gateway);
    const fleet = await control.admin('GET', '/fleet');
    expect(fleet.gateways.find(({ name }: { name: string }) => name === gateway)).toMatchObject({
      status: 'down',
      replicas: [],
    });
    await expect(evict()).rejects.toThrow(/404/);
  });

  it('is not one of another gateway', async () => {
    const path = `/gateways/peer/replicas/${evicted.enrolment.replicaId}`;
    await expect(control.admin('DELETE', path)).rejects.toThrow(/404/);
  });
});

describe('a gateway that is registered again under the same name', () => {
  it('has other keys, so that its former replicas cannot use theirs', async () => {
    const known = new Set(keysOf(await bundleOf(evicted)));
    await control.admin('DELETE', `/gateways/${gateway}`);
    const again = await control.replica(gateway);
    expect(keysOf(await bundleOf(again)).filter((key) => known.has(key))).toEqual([]);
    expect(keysOf(await bundleOf(peer)).filter((key) => known.has(key))).toEqual([]);
  });

  it('keeps its keys when it is only replaced', async () => {
    const before = keysOf(await bundleOf(other));
    const { url, revision } = await control.admin('GET', `/gateways/${gateway}`);
    await control.admin('PUT', `/gateways/${gateway}`, { url, labels: { cloud: 'x' } }, revision);
    expect(keysOf(await bundleOf(other))).toEqual(before);
  });
});
