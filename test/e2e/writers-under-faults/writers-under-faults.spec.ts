import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { startScenario, type Scenario } from '../../support/everything-scenario.js';
import { Traffic } from '../../support/traffic.js';

const WRITERS = 20;
const CHANGES_EACH = 10;

let scenario: Scenario;
beforeAll(async () => {
  scenario = await startScenario({ controls: 2, ownPostgres: true });
});
afterAll(() => scenario?.federation.stop());

/** Makes one change, again and again until it is known to have been accepted. */
async function write(name: string, body: Record<string, unknown>): Promise<void> {
  await eventually(
    async () => {
      const { status } = await scenario.federation.api.request('POST', '/policies', { name, ...body });
      // 409: an earlier attempt was accepted and only its answer was lost.
      if (status !== 201 && status !== 409) throw new Error(`${name}: ${status}`);
    },
    60_000,
    200,
  );
}

const policyName = (number: number, change: number): string => `writer-${number}-${change}`;

async function writer(number: number): Promise<void> {
  for (let change = 0; change < CHANGES_EACH; change++) {
    const body = { effect: 'allow', subjects: [`user:u${number}@example.com`], servers: [`mcp-${change}`] };
    await write(policyName(number, change), body);
    await sleep(400);
  }
}

async function killEachOnce(): Promise<void> {
  const { federation } = scenario;
  await sleep(300);
  await federation.nats?.kill();
  await sleep(500);
  await federation.nats?.restart();
  await federation.postgres?.kill();
  await sleep(500);
  await federation.postgres?.start();
  for (const control of federation.controls) {
    control.child.kill('SIGKILL');
    await control.child.exited;
    await control.start();
    await control.ready();
  }
}

it('200 changes by 20 writers, with NATS, PostgreSQL and the control plane killed meanwhile, lose nothing and fail no call', async () => {
  const { federation, urls, alice } = scenario;
  const call = { url: urls.modern, token: alice.token, tool: 'echo', args: { message: 'on' } };
  const traffic = new Traffic(2, 20, () => call);
  await Promise.all([...Array.from({ length: WRITERS }, (_, i) => writer(i)), killEachOnce()]);
  await federation.registrar.untilInSync(60_000);
  const { ok, ...failed } = await traffic.stop();
  expect(failed).toEqual({});
  expect(ok).toBeGreaterThan(50);
  for (let i = 0; i < WRITERS; i++) {
    for (let change = 0; change < CHANGES_EACH; change++) {
      const { status } = await federation.api.request('GET', `/policies/${policyName(i, change)}`);
      expect([policyName(i, change), status]).toEqual([policyName(i, change), 200]);
    }
  }
  const { digest, revision } = await federation.api.get('/config');
  const { gateways } = await federation.api.get('/fleet');
  const held = gateways.flatMap(
    (gateway: { replicas: { digest: string; revision: number }[] }) => gateway.replicas,
  );
  expect(held.length).toBe(2);
  for (const replica of held) expect(replica).toMatchObject({ digest, revision });
});
