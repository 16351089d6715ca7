import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { startScenario, type Scenario } from '../../support/everything-scenario.js';
import { outcomeOf } from '../../support/tool-call.js';

let scenario: Scenario;
beforeAll(async () => {
  scenario = await startScenario({ links: true });
});
afterAll(() => scenario?.federation.stop());

const revisions = async (): Promise<Record<string, number>> => {
  const { gateways } = await scenario.federation.api.get('/fleet');
  return Object.fromEntries(
    gateways.map((gateway: { name: string; replicas: { revision: number }[] }) => [
      gateway.name,
      gateway.replicas[0]?.revision,
    ]),
  );
};

it('calls to a gateway that is cut off from the control plane succeed while unrelated changes are made', async () => {
  const { federation, urls, alice } = scenario;
  const before = await revisions();
  federation.gateway('azure').cutOff();
  for (let i = 0; i < 10; i++) await federation.registrar.user(`user-${i}@example.com`);
  await eventually(async () => expect((await revisions())['aws']).toBeGreaterThan((before['aws'] ?? 0) + 9));
  for (let i = 0; i < 10; i++) {
    const call = { url: urls.modern, token: alice.token, tool: 'echo', args: { message: String(i) } };
    expect(await outcomeOf(call)).toBe('ok');
  }
  expect((await revisions())['azure']).toBe(before['azure']);
  federation.gateway('azure').reconnect();
  await federation.registrar.untilInSync();
});

it('a gateway restarts and serves while it is cut off', async () => {
  const { federation, urls, alice } = scenario;
  const azure = federation.gateway('azure');
  azure.cutOff();
  for (const replica of azure.replicas) {
    replica.child.kill('SIGKILL');
    await replica.child.exited;
    await replica.start();
    await replica.ready();
  }
  const call = { url: urls.modern, token: alice.token, tool: 'echo', args: { message: 'x' } };
  expect(await outcomeOf(call)).toBe('ok');
  azure.reconnect();
  await federation.registrar.untilInSync();
});
