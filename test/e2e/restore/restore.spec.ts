import { afterAll, beforeAll, expect, it } from 'vitest';
import { backUp, restore } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';
import { ALICE, startScenario, type Scenario } from '../../support/everything-scenario.js';
import { outcomeOf } from '../../support/tool-call.js';

let scenario: Scenario;
beforeAll(async () => {
  scenario = await startScenario();
});
afterAll(() => scenario?.federation.stop());

async function whileStopped(work: (databaseUrl: string) => Promise<void>): Promise<void> {
  const { federation } = scenario;
  for (const control of federation.controls) await control.child.stop();
  await work(federation.databaseUrl);
  for (const control of federation.controls) await control.start();
  for (const control of federation.controls) await control.ready();
}

const statuses = async (): Promise<string[]> => {
  const { gateways } = await scenario.federation.api.get('/fleet');
  return gateways.map((gateway: { status: string }) => gateway.status);
};

it('a restored backup is refused until it is acknowledged, and what was revoked in between stays revoked', async () => {
  const { federation, urls, alice } = scenario;
  const { api, registrar } = federation;
  const stolen = await registrar.token(ALICE);
  await registrar.untilInSync();
  const call = (token: string) =>
    outcomeOf({ url: urls.modern, token, tool: 'echo', args: { message: 'x' } });
  expect(await call(stolen.token)).toBe('ok');
  await whileStopped(backUp);
  await api.delete(`/tokens/${stolen.id}?waitMs=5000`);
  await registrar.user('later@example.com');
  await registrar.untilInSync();
  expect(await call(stolen.token)).toBe('401 credentials_revoked');

  await whileStopped(restore);
  await eventually(async () => expect(await statuses()).toEqual(['rejecting', 'rejecting']), 30_000);
  const change = { name: 'mallory@example.com', displayName: '', groups: [], roles: [], enabled: true };
  const refused = await api.request('POST', '/users', change);
  expect([refused.status, refused.body.type]).toEqual([409, 'urn:causeway:problem:restore-pending']);
  expect(await call(stolen.token)).toBe('401 credentials_revoked');
  expect(await call(alice.token)).toBe('ok');

  const before = await api.get('/config');
  const head = await api.post('/config/restore-ack', {});
  expect(head.epoch).toBe(before.epoch + 1);
  await registrar.untilInSync();
  await api.post('/users', change);
  await registrar.untilInSync();
  expect(await call(stolen.token)).toBe('401 credentials_revoked');
  expect(await call(alice.token)).toBe('ok');
});
