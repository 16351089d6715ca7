import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crash, startAgain } from '../../support/crash.js';
import { EchoScenario } from '../../support/echo-scenario.js';
import { eventually } from '../../support/eventually.js';
import { isRejecting, isUniform, untilFleet, type Fleet } from '../../support/fleet.js';
import { poison } from '../../support/poison.js';

const POLICY = { effect: 'allow', subjects: ['group:nobody'], servers: ['nothing'] };
const PATH = '/policies/poisoned';

let scenario: EchoScenario;
let stolen: { id: string; token: string };
let before: Fleet;

/** A policy whose effect no gateway knows is published like any other change. */
beforeAll(async () => {
  scenario = await EchoScenario.start();
  const { api, databaseUrl } = scenario.federation;
  await api.post('/policies', { name: 'poisoned', ...POLICY });
  stolen = await scenario.newToken();
  before = await untilFleet(api, isUniform);
  const body = JSON.stringify({
    name: 'poisoned',
    ...POLICY,
    effect: 'perhaps',
    revision: before.revision + 1,
  });
  await poison(databaseUrl, { kind: 'policy', key: 'poisoned', body });
});
afterAll(() => scenario?.stop());

describe('a poisoned row', () => {
  it('is rejected by all gateways, which say so and serve what they had', async () => {
    const { api } = scenario.federation;
    const fleet = await untilFleet(api, isRejecting('snapshot_invalid'));
    expect(fleet.revision).toBe(before.revision + 1);
    for (const { replicas } of fleet.gateways) {
      expect(replicas[0]).toMatchObject({ revision: before.revision, digest: before.digest });
      expect(replicas[0]?.rejected).toMatchObject({ revision: fleet.revision });
      expect(replicas[0]?.rejected?.detail).toContain('poisoned');
    }
    for (let i = 0; i < 10; i++) expect(await scenario.outcome('aws')).toBe('ok');
  });

  it('is still rejected after a change of something else', async () => {
    const { api, registrar } = scenario.federation;
    await registrar.user('somebody@example.com');
    await untilFleet(
      api,
      (fleet) =>
        isRejecting('snapshot_invalid')(fleet) &&
        fleet.gateways.every(({ replicas }) => replicas[0]?.rejected?.revision === fleet.revision),
    );
    expect(await scenario.outcome('aws')).toBe('ok');
  });

  it('does not hold a revocation up', async () => {
    await scenario.federation.api.delete(`/tokens/${stolen.id}`);
    const outcomes = () => Promise.all(['aws', 'azure'].map((name) => scenario.outcome(name, stolen.token)));
    await eventually(async () =>
      expect(await outcomes()).toEqual(['401 credentials_revoked', '401 credentials_revoked']),
    );
  });

  it('does not keep a gateway from starting with what it had', async () => {
    for (const replica of scenario.federation.gateway('azure').replicas) {
      await crash(replica);
      await startAgain(replica);
    }
    expect(await scenario.outcome('aws')).toBe('ok');
    expect(await scenario.outcome('azure', stolen.token)).toBe('401 credentials_revoked');
  });

  it('is healed by a good change of the same resource', async () => {
    const { api } = scenario.federation;
    const { revision } = await api.put(PATH, POLICY);
    const fleet = await untilFleet(api, isUniform);
    expect(fleet.revision).toBeGreaterThanOrEqual(revision);
    expect(await scenario.outcome('aws')).toBe('ok');
  });
});
