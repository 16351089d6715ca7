/**
 * What a tool call costs at gateways, in processor time of their processes, beside a bare relay of the same call: through
 * one and through two of each. Everything is on: authentication, policy, audit with delivery, metrics, hop contexts. The
 * paths take turns, so that a busy machine slows all of them.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startFederation, startProgram } from './request-path/federation.mjs';
import { Load } from './request-path/load.mjs';

const WARM_UP_ROUNDS = 3;
const ROUNDS = 9;
const CALLS = 3000;
/** One gateway beside one relay, and two gateways beside one. */
const LIMITS = { oneGateway: 1.6, twoGateways: 2.4 };

const endpoint = (gateway, server) => `${gateway.url}/api/llm/mcp/${server}/server`;
const rounded = (value) => Math.round(value * 100) / 100;

async function startLoads(directory) {
  const server = await startProgram('mcp-server.mjs', directory);
  const relay = await startProgram('bare-relay.mjs', directory, { TARGET: server.url });
  const outer = await startProgram('bare-relay.mjs', directory, { TARGET: relay.url });
  const { aws, azure, token } = await startFederation(directory, server.url);
  await sleep(2000);
  return {
    oneRelay: new Load('one relay', relay.url, token, [relay.pid]),
    twoRelays: new Load('two relays', outer.url, token, [outer.pid, relay.pid]),
    oneGateway: new Load('one gateway', endpoint(aws, 'near'), token, [aws.pid]),
    twoGateways: new Load('two gateways', endpoint(aws, 'far'), token, [aws.pid, azure.pid]),
  };
}

async function measure(loads) {
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
    for (const load of Object.values(loads)) await load.round(CALLS, round >= WARM_UP_ROUNDS);
    process.stderr.write(`round ${round + 1} of ${WARM_UP_ROUNDS + ROUNDS}\n`);
  }
  await Promise.all(Object.values(loads).map((load) => load.close()));
  return Object.fromEntries(Object.entries(loads).map(([name, load]) => [name, load.median()]));
}

const directory = mkdtempSync(join(tmpdir(), 'causeway-bench-'));
const cost = await measure(await startLoads(directory));
const ratios = {
  oneGateway: rounded(cost.oneGateway / cost.oneRelay),
  twoGateways: rounded(cost.twoGateways / cost.oneGateway),
  twoRelays: rounded(cost.twoRelays / cost.oneRelay),
};
const result = {
  what: 'processor time of a tool call at gateways with everything on, beside a bare relay of node:http and undici',
  node: process.version,
  cores: cpus().length,
  callsPerRound: CALLS,
  rounds: ROUNDS,
  microsecondsPerCall: Object.fromEntries(Object.entries(cost).map(([name, us]) => [name, Math.round(us)])),
  ratios: {
    'one gateway / one relay': ratios.oneGateway,
    'two gateways / one gateway': ratios.twoGateways,
    'two relays / one relay': ratios.twoRelays,
  },
  limits: { 'one gateway / one relay': LIMITS.oneGateway, 'two gateways / one gateway': LIMITS.twoGateways },
};
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
rmSync(directory, { recursive: true, force: true });
process.exit(ratios.oneGateway <= LIMITS.oneGateway && ratios.twoGateways <= LIMITS.twoGateways ? 0 : 1);
