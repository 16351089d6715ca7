import { afterAll, beforeAll, expect, it } from 'vitest';
import { crash, startAgain } from '../../support/crash.js';
import { EchoScenario } from '../../support/echo-scenario.js';
import { isUniform, stateOf, untilFleet } from '../../support/fleet.js';

let scenario: EchoScenario;
beforeAll(async () => {
  scenario = await EchoScenario.start({ links: true });
});
afterAll(() => scenario?.stop());

it('a gateway that is cut off goes on serving calls from others, whatever else is changed meanwhile', async () => {
  const { federation } = scenario;
  const { api, registrar } = federation;
  federation.gateway('azure').cutOff();
  for (let i = 0; i < 10; i++) await registrar.user(`user-${i}@example.com`);
  await untilFleet(api, (fleet) => stateOf(fleet, 'aws') === 'ok' && stateOf(fleet, 'azure') === 'behind');
  for (let i = 0; i < 20; i++) expect(await scenario.outcome('aws')).toBe('ok');

  federation.gateway('azure').reconnect();
  await untilFleet(api, isUniform);
  expect(await scenario.outcome('aws')).toBe('ok');
});

it('a gateway that is cut off serves no calls to a server of which it holds an older version', async () => {
  const { federation } = scenario;
  const { api } = federation;
  federation.gateway('azure').cutOff();
  const server = (await api.get('/mcp-servers/modern')) as { url: string; proxyUrl: string };
  const { url, proxyUrl } = server;
  await api.put('/mcp-servers/modern', { url, proxyUrl, tags: ['changed'] });
  await untilFleet(api, (fleet) => stateOf(fleet, 'aws') === 'ok');
  expect(await scenario.outcome('aws')).toBe('503 config_behind');

  federation.gateway('azure').reconnect();
  await untilFleet(api, isUniform);
  expect(await scenario.outcome('aws')).toBe('ok');
});

it('a gateway that is cut off serves again after a crash, from what it has on its disk', async () => {
  const azure = scenario.federation.gateway('azure');
  azure.cutOff();
  await Promise.all(azure.replicas.map(crash));
  await Promise.all(azure.replicas.map(startAgain));
  expect(await scenario.outcome('aws')).toBe('ok');

  azure.reconnect();
  await untilFleet(scenario.federation.api, isUniform);
});
