import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startScenario, type Scenario } from '../../support/everything-scenario.js';
import type { Gateway } from '../../support/gateway.js';
import { openAgent } from '../../support/mcp-clients.js';
import { eventually } from '../../support/eventually.js';
import { Traffic } from '../../support/traffic.js';

let scenario: Scenario;
beforeAll(async () => {
  scenario = await startScenario({ gateways: { aws: 2, azure: 2 } });
});
afterAll(() => scenario?.federation.stop());

const servedBy = (gateway: Gateway): number[] =>
  gateway.replicas.map((replica) => gateway.balancer?.served.get(replica.url) ?? 0);

describe('two replicas of each gateway behind a round-robin balancer', () => {
  it('serve one legacy session, request by request', async () => {
    const { urls, alice, federation } = scenario;
    const gateways = ['aws', 'azure'].map((name) => federation.gateway(name));
    const before = gateways.map(servedBy);
    const sut = await openAgent('sdk 1.x', urls.everything, alice.token);
    expect(sut.sessionId()).toBeDefined();
    for (let i = 0; i < 40; i++) expect(await sut.call('get-sum', { a: i, b: 1 })).toContain(String(i + 1));
    await sut.endSession();
    for (const [i, gateway] of gateways.entries()) {
      const shares = servedBy(gateway).map((n, replica) => n - (before[i]?.[replica] ?? 0));
      expect(Math.min(...shares)).toBeGreaterThan(10);
    }
  });

  it('fail no new request while one after the other is restarted under load', async () => {
    const { federation, urls, alice } = scenario;
    const call = { url: urls.modern, token: alice.token, tool: 'echo', args: { message: 'rolling' } };
    const traffic = new Traffic(4, 20, () => call);
    for (const name of ['aws', 'azure']) {
      const { replicas, balancer } = federation.gateway(name);
      for (const replica of replicas) {
        const made = traffic.made;
        expect(await replica.child.stop()).toBe(0);
        await replica.start();
        await replica.ready();
        // The next one may go only when the balancer sends requests to this one again.
        await balancer?.untilReady();
        await eventually(() => expect(traffic.made).toBeGreaterThan(made + 20));
      }
    }
    const { ok, ...failed } = await traffic.stop();
    expect(failed).toEqual({});
    expect(ok).toBeGreaterThan(100);
  });
});
