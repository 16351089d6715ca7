import { afterAll, beforeAll, expect, it } from 'vitest';
import { crash, startAgain } from '../../support/crash.js';
import { DatabaseCopy } from '../../support/database-copy.js';
import { EchoScenario } from '../../support/echo-scenario.js';
import { eventually } from '../../support/eventually.js';
import { isRejecting, isUniform, untilFleet, type ConfigHead } from '../../support/fleet.js';

let scenario: EchoScenario;
beforeAll(async () => {
  scenario = await EchoScenario.start();
});
afterAll(() => scenario?.stop());

/** Puts the backup in place and starts the control plane on it, which then has no memory of what it served. */
async function restore(backup: DatabaseCopy): Promise<void> {
  const { controls } = scenario.federation;
  await Promise.all(controls.map(crash));
  await backup.putBack();
  await Promise.all(controls.map(startAgain));
}

/** Puts the server behind a gateway that has seen nothing but the restored history, so that it decides alone. */
async function handToNewGateway(name: string): Promise<void> {
  const { federation } = scenario;
  await federation.addGateway(name, 1);
  const { url } = await federation.api.get('/mcp-servers/modern');
  await federation.api.put('/mcp-servers/modern', { url, proxyUrl: federation.gateway(name).url });
}

const newUser = async (name: string) =>
  scenario.federation.api.request('POST', '/users', { name, displayName: name });

it('a restored backup is refused by gateways until an operator accepts it, and every revocation stays in force', async () => {
  const { federation } = scenario;
  const { api, registrar } = federation;
  const stolen = await scenario.newToken();
  await eventually(async () => expect(await scenario.outcome('aws', stolen.token)).toBe('ok'));
  const backup = await DatabaseCopy.of(federation.databaseUrl);
  await eventually(() => registrar.user('lost@example.com'));
  await api.delete(`/tokens/${stolen.id}?waitMs=5000`);
  const before = await untilFleet(api, isUniform);
  const traffic = scenario.traffic();

  await restore(backup);
  const refusing = await untilFleet(api, isRejecting('config_regression'), 40_000);
  expect(refusing.revision).toBeLessThan(before.revision);
  for (const { replicas } of refusing.gateways) expect(replicas[0]?.revision).toBe(before.revision);
  const refusal = await newUser('too-early@example.com');
  expect({ status: refusal.status, type: refusal.body.type }).toEqual({
    status: 409,
    type: 'urn:causeway:problem:restore-pending',
  });

  const accepted = (await api.post('/config/restore-ack', {})) as ConfigHead;
  expect(accepted.epoch).toBe(before.epoch + 1);
  expect(accepted.revision).toBeGreaterThan(before.revision);
  await untilFleet(api, (fleet) => isUniform(fleet) && fleet.revision === accepted.revision);
  expect((await newUser('in-time@example.com')).status).toBe(201);
  const after = await untilFleet(api, isUniform);
  expect(after.epoch).toBe(accepted.epoch);
  expect(Object.keys(await traffic.stop())).toEqual(['ok']);

  await handToNewGateway('onprem');
  await untilFleet(api, isUniform);
  for (const gateway of ['aws', 'azure', 'onprem']) {
    expect(await scenario.outcome(gateway, stolen.token)).toBe('401 credentials_revoked');
    expect(await scenario.outcome(gateway)).toBe('ok');
  }
});
