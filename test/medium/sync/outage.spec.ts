import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CuttableLink } from '../../support/cuttable-link.js';
import { eventually } from '../../support/eventually.js';
import { freshDatabase } from '../../support/postgres.js';
import { ControlPlane } from './control-plane.js';
import type { TestReplica } from './test-replica.js';

let link: CuttableLink;
let cutOff: ControlPlane;
let connected: ControlPlane;
let replica: TestReplica;

beforeAll(async () => {
  const databaseUrl = await freshDatabase();
  const direct = new URL(databaseUrl);
  link = await CuttableLink.to(direct.hostname, Number(direct.port));
  const linked = new URL(databaseUrl);
  linked.port = String(link.port);
  connected = await ControlPlane.start(databaseUrl);
  cutOff = await ControlPlane.start(linked.href);
  replica = await cutOff.replica('aws');
});
afterAll(async () => {
  await Promise.all([connected.close(), cutOff.close()]);
  await link.close();
});

const newUser = (control: ControlPlane, name: string): Promise<unknown> =>
  control.admin('POST', '/users', { name, displayName: name, groups: [], roles: [], enabled: true });

describe('a control replica that is cut off from the database', () => {
  it('answers 503 where it needs the database, answers polls with a head that ages, and recovers by itself', async () => {
    const { head } = await replica.snapshot();
    // Makes sure that the control replica knows this revision before it is cut off.
    await replica.poll(head);
    link.cut();

    const answer = await replica.heartbeat(head);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ type: 'urn:causeway:problem:database-away' });
    expect((await replica.request('GET', '/internal/v1/snapshot')).status).toBe(503);

    await newUser(connected, 'alice@example.com');
    const cut = await replica.poll(head, 1);
    const later = await replica.poll(head, 2);
    expect(later).toMatchObject({ deltas: [], resync: false });
    expect(later.head.time).toBe(cut.head.time);

    link.restore();
    const after = await eventually(async () => {
      const { deltas } = await replica.poll(head, 1);
      expect(deltas).toHaveLength(1);
      return deltas;
    });
    expect(after[0]?.revision).toBe(head.revision + 1);
    await eventually(async () => expect((await replica.heartbeat(head)).status).toBe(200));
    const waiting = replica.poll(after[0] ?? head, 25);
    await newUser(connected, 'bob@example.com');
    expect((await waiting).deltas).toHaveLength(1);
  });
});
