import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endpoint } from '../../support/mcp-clients.js';
import { GatewayHarness, type HarnessUser } from '../../support/relay/gateway-harness.js';
import { ERA_NAMES, ERAS, slugOf, type EraName, type EraServer } from './eras.js';
import { MODE_NAMES, negotiate, type ModeName, type Outcome } from './modes.js';

const LATEST_LEGACY = '2025-11-25';
const MODERN = '2026-07-28';

/** The revision on which both sides must agree, or null if they have none in common. */
function revisionOf(mode: ModeName, era: EraName): string | null {
  if (mode === 'pinned to a revision to come') return null;
  const legacyOnly = /^legacy, (\S+) only$/.exec(mode)?.[1];
  const isModernServer = era.startsWith('modern');
  if (mode.startsWith('legacy') || mode.startsWith('sdk'))
    return isModernServer ? null : (legacyOnly ?? LATEST_LEGACY);
  const speaksModern = isModernServer || era === 'both eras';
  if (speaksModern) return MODERN;
  return mode === 'auto' || mode === 'auto, listening for changes' ? LATEST_LEGACY : null;
}

describe('the negotiation of a client with an MCP server', () => {
  let harness: GatewayHarness;
  let alice: HarnessUser;
  const servers = new Map<EraName, EraServer>();

  beforeAll(async () => {
    harness = await GatewayHarness.of('aws', 'azure');
    alice = harness.user('alice');
    harness.policy('all', {});
    for (const era of ERA_NAMES) {
      const server = harness.owns(await ERAS[era]());
      servers.set(era, server);
      harness.server(slugOf(era), 'azure', server.url);
    }
  });
  afterAll(() => harness?.stop());

  const through = (mode: ModeName, era: EraName, gateway: string): Promise<Outcome> =>
    negotiate(mode, endpoint(harness.gateway(gateway).url, slugOf(era)), alice.token);

  const cases = ERA_NAMES.flatMap((era) => MODE_NAMES.map((mode) => ({ era, mode })));

  it.each(cases)('is the same at 0, 1 and 2 hops: $mode, $era', async ({ era, mode }) => {
    const direct = await negotiate(mode, new URL(servers.get(era)?.url ?? ''), '');
    expect(direct.connected?.version ?? null).toBe(revisionOf(mode, era));
    expect(await through(mode, era, 'azure')).toEqual(direct);
    expect(await through(mode, era, 'aws')).toEqual(direct);
  });
});
