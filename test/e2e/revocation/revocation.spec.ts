import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EchoScenario } from '../../support/echo-scenario.js';
import { eventually } from '../../support/eventually.js';
import { isUniform, untilFleet } from '../../support/fleet.js';

const REVOKED_WITHIN_MS = 2000;
const GATEWAYS = ['aws', 'azure', 'onprem'];
const REFUSED = '401 credentials_revoked';

interface Receipt {
  applied: string[];
  pending: string[];
}

let scenario: EchoScenario;
beforeAll(async () => {
  scenario = await EchoScenario.start({ gateways: { aws: 1, azure: 1, onprem: 1 } });
});
afterAll(() => scenario?.stop());

/** A token that works at every gateway. */
async function workingToken(): Promise<{ id: string; token: string }> {
  const token = await scenario.newToken();
  await untilFleet(scenario.federation.api, isUniform);
  expect(await outcomes(token.token)).toEqual(GATEWAYS.map(() => 'ok'));
  return token;
}

const outcomes = (token: string): Promise<string[]> =>
  Promise.all(GATEWAYS.map((gateway) => scenario.outcome(gateway, token)));

/** What a gateway says when it no longer serves. It is not asked again: it slows down whoever uses a wrong token often. */
const refusalOf = (gateway: string, token: string): Promise<string> =>
  eventually(
    async () => {
      const outcome = await scenario.outcome(gateway, token);
      expect(outcome).not.toBe('ok');
      return outcome;
    },
    REVOKED_WITHIN_MS,
    50,
  );

const revoke = (id: string, waitMs: number): Promise<Receipt> =>
  scenario.federation.api.delete(`/tokens/${id}?waitMs=${waitMs}`) as Promise<Receipt>;

/** In this order: each leaves less of NATS than the one before. */
describe.each([
  ['with NATS up', () => Promise.resolve()],
  ['with NATS frozen', () => Promise.resolve(scenario.federation.nats?.freeze())],
  ['with NATS killed', () => scenario.federation.nats?.kill()],
])('a revoked token, %s,', (_, impair) => {
  beforeAll(() => impair());

  it('is refused by every connected gateway within two seconds of the answer', async () => {
    const { id, token } = await workingToken();
    await revoke(id, 0);
    const refusals = await Promise.all(GATEWAYS.map((gateway) => refusalOf(gateway, token)));
    expect(refusals).toEqual(GATEWAYS.map(() => REFUSED));
  });

  it('loses its open stream, at the entry gateway or at the handling one', async () => {
    const { id, token } = await workingToken();
    const streams = await Promise.all(['aws', 'azure'].map((gateway) => scenario.listen(gateway, token)));
    await revoke(id, 0);
    const ends = await Promise.all(streams.map((stream) => stream.endsWithin(REVOKED_WITHIN_MS)));
    expect(ends).toEqual(['credentials_revoked', 'credentials_revoked']);
  });

  it('is refused everywhere at once when the receipt names all gateways', async () => {
    const { id, token } = await workingToken();
    const { applied, pending } = await revoke(id, 5000);
    expect(await outcomes(token)).toEqual(GATEWAYS.map(() => REFUSED));
    expect({ applied, pending }).toEqual({ applied: GATEWAYS, pending: [] });
  });
});

it('the receipt names a gateway that does not answer as pending', async () => {
  const { id, token } = await workingToken();
  const [replica] = scenario.federation.gateway('onprem').replicas;
  replica?.child.kill('SIGSTOP');
  const { applied, pending } = await revoke(id, 2000);
  replica?.child.kill('SIGCONT');
  expect({ applied, pending }).toEqual({ applied: ['aws', 'azure'], pending: ['onprem'] });
  await eventually(async () => expect(await outcomes(token)).toEqual(GATEWAYS.map(() => REFUSED)));
});
