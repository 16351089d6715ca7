import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { blackHole, drip, FaultProxy, type Fault } from '../../support/relay/fault-proxy.js';
import { bearer, callOf, JSON_HEADERS, open, path } from '../../support/relay/raw-client.js';
import { answerJson, startScriptedServer, type ScriptedServer } from '../../support/relay/scripted-server.js';
import { PeerFaultHarness } from './peer-fault-harness.js';

const HANGING = 200;
const DRIPPING = 50;
const CALLS = 50;

/** What happens at one MCP server, or on the way to one gateway, must not affect the others. */
describe('neighbours of something that fails', () => {
  let harness: PeerFaultHarness;
  let sick: ScriptedServer;
  let well: ScriptedServer;
  let toSick: FaultProxy;
  let toAzure: FaultProxy;

  beforeAll(async () => {
    harness = await PeerFaultHarness.startWith({ maxRequestsPerServer: HANGING, maxRequestsPerHop: HANGING + CALLS }, 'aws', 'azure', 'gcp');
    [sick, well] = [harness.owns(await startScriptedServer()), harness.owns(await startScriptedServer())];
    const { url } = harness.gateway('azure');
    [toSick, toAzure] = [harness.owns(await FaultProxy.to(sick.url)), harness.owns(await FaultProxy.to(url))];
    harness.register('azure', url, toAzure.url);
    harness.server('sick', 'azure', toSick.url);
    harness.server('well', 'azure', well.url);
    harness.server('here', 'aws', well.url);
    harness.server('elsewhere', 'gcp', well.url);
  });
  beforeEach(async () => {
    harness.forget();
    await toSick.restore();
    await toAzure.restore();
    sick.script = answerJson({ content: [] });
    well.script = answerJson({ content: [] });
  });
  afterAll(() => harness?.stop());

  /** Makes calls that nobody waits for. Resolves once all of them are under way or refused. */
  async function flood(server: string, count: number): Promise<void> {
    const { url } = harness.gateway('aws');
    const headers = [...bearer(harness.user('bob')), ...JSON_HEADERS];
    for (let i = 0; i < count; i++)
      void open(url, { path: path(server), headers, body: callOf('get_mail') }).then(
        (response) => response.resume().on('error', () => undefined),
        () => undefined,
      );
    const { parts } = harness.gateway('aws');
    const begun = (): Set<string> => new Set(parts.map(({ requestId }) => requestId));
    await expect.poll(() => begun().size, { timeout: 30_000 }).toBeGreaterThanOrEqual(count);
  }

  const statuses = async (gateway: string, server: string): Promise<number[]> =>
    Promise.all(Array.from({ length: CALLS }, () => harness.call(gateway, server).then(({ status }) => status)));

  const ALL_WELL = Array.from({ length: CALLS }, () => 200);

  it.each<[string, () => void, number]>([
    ['hangs', () => (sick.script = () => undefined), HANGING],
    ['answers byte by byte', () => (toSick.fault = drip(8, 100)), DRIPPING],
    ['is flooded beyond its limit', () => (sick.script = () => undefined), 2 * HANGING],
  ])('calls to others, on the same hop and elsewhere, succeed while an MCP server %s', async (_, given, count) => {
    given();
    await flood('sick', count);
    for (const [gateway, server] of [['aws', 'well'], ['aws', 'elsewhere']] as const)
      expect(await statuses(gateway, server)).toEqual(ALL_WELL);
    toSick.drop();
    harness.gateway('aws').app.getHttpServer().closeAllConnections();
  });

  it.each<[string, Fault]>([
    ['hangs', blackHole],
    ['passes a few bytes at a time', drip(8, 100)],
  ])('calls here and through other gateways succeed while the way to one gateway %s', async (_, fault) => {
    toAzure.fault = fault;
    toAzure.drop();
    await flood('well', DRIPPING);
    for (const [gateway, server] of [['aws', 'here'], ['aws', 'elsewhere']] as const)
      expect(await statuses(gateway, server)).toEqual(ALL_WELL);
    harness.gateway('aws').app.getHttpServer().closeAllConnections();
  });
}); // prettier-ignore
