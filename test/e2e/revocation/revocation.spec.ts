import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { ALICE, startScenario, type Scenario } from '../../support/everything-scenario.js';
import { endpoint } from '../../support/mcp-clients.js';
import { outcomeOf } from '../../support/tool-call.js';

const REVOKED_WITHIN_MS = 2000;

describe.each([
  ['with NATS', true],
  ['without NATS', false],
])('a revoked token, %s', (_, nats) => {
  let scenario: Scenario;
  beforeAll(async () => {
    scenario = await startScenario({ nats, gateways: { aws: 1, azure: 1, onprem: 1 } });
  });
  afterAll(() => scenario?.federation.stop());

  const callAt = (gateway: string, token: string) => {
    const url = endpoint(scenario.federation.gateway(gateway).url, 'modern');
    return outcomeOf({ url, token, tool: 'echo', args: { message: 'x' } });
  };

  it('is refused by every connected gateway within two seconds', async () => {
    const { federation } = scenario;
    const { id, token } = await federation.registrar.token(ALICE);
    await federation.registrar.untilInSync();
    const gateways = [...federation.gateways.keys()];
    for (const gateway of gateways) expect(await callAt(gateway, token)).toBe('ok');
    await federation.api.delete(`/tokens/${id}`);
    const refused = async (): Promise<void> => {
      for (const gateway of gateways) expect(await callAt(gateway, token)).toBe('401 credentials_revoked');
    };
    await eventually(refused, REVOKED_WITHIN_MS, 50);
  });

  it('is told of by the receipt, which names the gateways that have applied it', async () => {
    const { federation } = scenario;
    const { id } = await federation.registrar.token(ALICE);
    const receipt = (await federation.api.delete(`/tokens/${id}?waitMs=5000`)) as {
      applied: string[];
      pending: string[];
    };
    expect([...receipt.applied].sort()).toEqual(['aws', 'azure', 'onprem']);
    expect(receipt.pending).toEqual([]);
  });
});
