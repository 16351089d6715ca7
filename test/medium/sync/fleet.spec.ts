import type { HeartbeatAnswer } from '#libs/contract';
import { getDataSourceToken } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ReplicaPruning } from '../../../apps/federation/src/control-plane/fleet/replica-pruning.service.js';
import { freshDatabase } from '../../support/postgres.js';
import { ControlPlane } from './control-plane.js';
import { NOWHERE, TestReplica } from './test-replica.js';

let control: ControlPlane;
let database: DataSource;

beforeAll(async () => {
  control = await ControlPlane.start(await freshDatabase());
  database = control.app.get<DataSource>(getDataSourceToken());
});
afterAll(() => control.close());

interface FleetGateway {
  name: string;
  status: string;
  replicas: Record<string, unknown>[];
}

async function inFleet(name: string): Promise<FleetGateway> {
  const fleet = (await control.admin('GET', '/fleet')) as { gateways: FleetGateway[] };
  const found = fleet.gateways.find((gateway) => gateway.name === name);
  if (found === undefined) throw new Error(`${name} is not in the fleet`);
  return found;
}

const idsIn = async (name: string): Promise<unknown[]> => (await inFleet(name)).replicas.map(({ id }) => id);

describe('POST /internal/v1/heartbeat', () => {
  it('shows in the fleet what the replica reports', async () => {
    const replica = await control.replica('aws');
    const { head } = await replica.snapshot();
    const answer = await replica.heartbeat(head, { connection: 'nats', version: '9.9.9' });
    const { time, ...newest } = (await answer.json()) as Required<HeartbeatAnswer>;
    expect(newest).toEqual({ epoch: head.epoch, revision: head.revision });
    expect(Math.abs(Date.parse(time) - Date.now())).toBeLessThan(30_000);
    const { status, replicas } = await inFleet('aws');
    expect(status).toBe('ok');
    expect(replicas).toEqual([
      expect.objectContaining({
        id: replica.enrolment.replicaId,
        revision: head.revision,
        digest: head.digest,
        version: '9.9.9',
        connection: 'nats',
        uptimeSeconds: 1.5,
        rejected: null,
      }),
    ]);
  });

  it('shows a rejected change, shortened, until a later change is applied', async () => {
    const replica = await control.replica('azure');
    const { head } = await replica.snapshot();
    const at = '2026-02-06T10:30:00.000Z';
    const detail = `bad\0${'x'.repeat(5000)}`;
    await replica.heartbeat(head, { rejected: { revision: 9, reason: 'snapshot_invalid', detail, at } });
    const rejecting = await inFleet('azure');
    expect(rejecting.status).toBe('rejecting');
    const { rejected } = rejecting.replicas[0] as { rejected: { detail: string } };
    expect(rejected).toMatchObject({ revision: 9, reason: 'snapshot_invalid', at });
    expect(rejected.detail).toMatch(/^badx{900,1000}$/);
    await replica.heartbeat(head);
    expect((await inFleet('azure')).status).toBe('ok');
  });

  it('keeps the metrics of an earlier heartbeat when a later one has none', async () => {
    const replica = await control.replica('onprem');
    await replica.heartbeat(NOWHERE, { metrics: 'mcp_requests_total 1\n' });
    await replica.heartbeat(NOWHERE);
    const rows: { metrics: string }[] = await database.query(
      'SELECT metrics FROM replica WHERE gateway = $1',
      ['onprem'],
    );
    expect(rows).toEqual([{ metrics: 'mcp_requests_total 1\n' }]);
  });
});

const silentFor = (gateway: string, interval: string): Promise<unknown> =>
  database.query(
    `UPDATE replica SET last_seen_at = now() - $2::interval, enrolled_at = now() - $2::interval WHERE gateway = $1`,
    [gateway, interval],
  );

describe('the removal of replicas', () => {
  it('spares all replicas of a gateway that is cut off', async () => {
    const replica = await control.replica('cut-off');
    await silentFor('cut-off', '3 days');
    const prune = control.app.get(ReplicaPruning, { strict: false });
    expect(await prune.prune()).toEqual([]);
    expect((await replica.heartbeat(NOWHERE)).status).toBe(200);
  });

  it('removes a replica that was replaced a day ago, which is refused from then on', async () => {
    const joinToken = await control.gateway('scaled');
    const gone = await TestReplica.enrol(control.url, 'scaled', joinToken);
    await gone.heartbeat(NOWHERE);
    await silentFor('scaled', '25 hours');
    const alive = await TestReplica.enrol(control.url, 'scaled', joinToken);
    await alive.heartbeat(NOWHERE);
    const prune = control.app.get(ReplicaPruning, { strict: false });
    expect(await prune.prune()).toEqual([gone.enrolment.replicaId]);
    expect(await idsIn('scaled')).toEqual([alive.enrolment.replicaId]);
    expect((await gone.heartbeat(NOWHERE)).status).toBe(401);
    expect((await gone.request('GET', '/internal/v1/bundle')).status).toBe(401);
  });
});
