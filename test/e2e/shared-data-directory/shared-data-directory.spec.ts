import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '../../../scripts/toolchain/free-port.mjs';
import { startPlaneProcess, type PlaneProcess } from '../../../scripts/toolchain/plane-process.mjs';
import { auditRecords } from '../../support/audit-records.js';
import { eventually } from '../../support/eventually.js';
import { startScenario, type Scenario } from '../../support/everything-scenario.js';
import { Traffic } from '../../support/traffic.js';

let scenario: Scenario;
beforeAll(async () => {
  scenario = await startScenario({
    gateways: { aws: 2, azure: 1 },
    gatewayEnv: { SHUTDOWN_DELAY_MS: '3000' },
  });
});
afterAll(() => scenario?.federation.stop());

function replica(gateway: string): PlaneProcess {
  const [first] = scenario.federation.gateway(gateway).replicas;
  if (first === undefined) throw new Error(`No replica of ${gateway}`);
  return first;
}

/** Starts the program on the data directory of a process that runs. */
async function startBeside(plane: PlaneProcess, name: string): Promise<PlaneProcess> {
  const [port, opsPort] = [await freePort(), await freePort()];
  const { DATA_DIR = '', ...others } = plane.env;
  const env = { ...others, DATA_DIR, PORT: String(port), OPS_PORT: String(opsPort) };
  const { federation } = scenario;
  const other = await startPlaneProcess({
    name,
    port,
    opsPort,
    env,
    log: join(federation.directory, 'logs', name),
  });
  federation.onStop(() => other.child.stop());
  return other;
}

const trafficOn = (tool: string, args: Record<string, unknown>): Traffic =>
  new Traffic(3, 100, () => ({ url: scenario.urls.modern, token: scenario.alice.token, tool, args }));

const executed = (id: string): number => scenario.modern.counted.get(id) ?? 0;

/** Resolves when each call that the MCP server executed has a record, which says that it succeeded. */
const untilRecorded = (id: string, before: number): Promise<unknown> =>
  auditRecords(
    scenario.federation.api,
    { tool: 'count' },
    (records) => records.filter(({ status }) => status === 'success').length === before + executed(id),
  );

it('a second process on a data directory ends with code 78 and a line that names the first, and no record is lost', async () => {
  const handling = replica('azure');
  const traffic = trafficOn('count', { id: 'refused' });
  const second = await startBeside(handling, 'second');
  const code = await second.child.exited;
  expect(await traffic.stop()).toEqual({ ok: executed('refused') });
  expect(code).toBe(78);
  expect(second.child.output().trim().split('\n')).toHaveLength(1);
  expect(second.child.output()).toContain(
    `DATA_DIR: seen ${handling.env['DATA_DIR']}, which process ${handling.pid}`,
  );
  await untilRecorded('refused', 0);
});

it('a replica is replaced while it still serves: its successor waits for its end, and no call and no record is lost', async () => {
  const { federation } = scenario;
  const [old, { balancer }] = [replica('aws'), federation.gateway('aws')];
  const before = executed('refused');
  const traffic = trafficOn('count', { id: 'replaced' });
  await eventually(() => expect(traffic.made).toBeGreaterThan(20));
  old.child.kill('SIGTERM');
  const successor = await startBeside(old, 'successor');
  balancer?.add(successor);
  expect(await old.child.exited).toBe(0);
  await successor.ready();
  expect(successor.child.output()).toContain(`Waiting for process ${old.pid}`);
  await eventually(() => expect(balancer?.served.get(successor.url) ?? 0).toBeGreaterThan(20));
  expect(await traffic.stop()).toEqual({ ok: executed('replaced') });
  await untilRecorded('replaced', before);
});

it('the data directory of a process that was killed is free at once', async () => {
  const killed = replica('azure');
  killed.child.kill('SIGKILL');
  const next = await startBeside(killed, 'next');
  await expect(next.ready()).resolves.toBeUndefined();
});
