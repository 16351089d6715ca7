import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ServerObservation } from '#libs/contract';
import { ServerObservations } from '../../../apps/federation/src/gateway/accounting/server-observations.js';
import { message, post } from '../../support/relay/raw-client.js';
import { until, type HarnessUser } from '../../support/relay/gateway-harness.js';
import { ScriptedHarness } from '../../support/relay/scripted-harness.js';
import { answerJson, type Script } from '../../support/relay/scripted-server.js';

let harness: ScriptedHarness;
let alice: HarnessUser;

beforeAll(async () => {
  harness = await ScriptedHarness.scripted();
  alice = harness.user('alice');
  harness.policy('all', {});
});
afterAll(() => harness.stop());
beforeEach(() => harness.serve());

/** What the gateway would report now. */
function due(gateway: string): ServerObservation[] {
  const { app, store } = harness.gateway(gateway);
  return app.get(ServerObservations, { strict: false }).due(store.current);
}

/** Asks a server, and waits until the gateway next to it has accounted for the request. */
async function ask(server: string, script: Script, method = 'ping'): Promise<void> {
  harness.upstream.script = script;
  const { parts } = harness.gateway(server === 'near' ? 'aws' : 'azure');
  const outcomes = (): number => parts.filter(({ phase }) => phase === 'outcome').length;
  const before = outcomes();
  await post(harness, 'aws', server, alice, message(method));
  await until(() => outcomes() > before);
}

const INTRODUCTION = { protocolVersion: '2025-11-25', serverInfo: { name: 'm365', version: '1' } };

describe('what a gateway remembers of the MCP servers next to it', () => {
  it('is the last success, and how the server introduced itself', async () => {
    await ask('near', answerJson(INTRODUCTION), 'initialize');
    expect(due('aws')).toEqual([
      expect.objectContaining({
        server: 'near',
        lastSuccessAt: expect.any(String),
        lastFailure: null,
        protocolVersions: ['2025-11-25'],
        serverInfo: { name: 'm365', version: '1' },
      }),
    ]);
  });

  it('is the last failure with its reason', async () => {
    await ask('near', (_, response) => response.destroy());
    expect(due('aws')[0]?.lastFailure).toMatchObject({ reason: 'upstream_interrupted' });
  });

  it('is remembered by the gateway next to the server, not by the one where the agent came in', async () => {
    await ask('far', answerJson({}));
    expect(due('aws')).toEqual([]);
    expect(due('azure').map(({ server }) => server)).toEqual(['far']);
  });

  it('a JSON-RPC error is an answer of a server that works', async () => {
    const error = '{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"no"}}';
    await ask('near', (_, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(error),
    );
    expect(due('aws')[0]).toMatchObject({ lastSuccessAt: expect.any(String), lastFailure: null });
  });

  it('is reported again only when it is news', async () => {
    const { app, store } = harness.gateway('aws');
    const observations = app.get(ServerObservations, { strict: false });
    await ask('near', answerJson({}));
    observations.delivered(observations.due(store.current));
    await ask('near', answerJson({}));
    expect(due('aws')).toEqual([]);
    await ask('near', (_, response) => response.destroy());
    expect(due('aws')).toHaveLength(1);
  });

  it('is forgotten with the registration that it belongs to', async () => {
    await ask('near', answerJson({}));
    harness.serve();
    expect(due('aws')).toEqual([]);
  });
});
