import { describe, expect, it } from 'vitest';
import type { ConfigGateway, ConfigItem, ConfigServer } from '#libs/contract';
import { applyChanges, Snapshot } from '#libs/snapshot';
import { gateway, server } from '../../../../../test/support/config-items.js';
import { GatewayHop, UpstreamHop } from '../../next-hop/next-hop.js';
import { hasMoved } from './has-moved.js';

const SERVER = server('m365', 'azure');
const AZURE = gateway('azure');
const M365 = JSON.parse(SERVER.body) as ConfigServer;
const upstream = new UpstreamHop('azure', M365);
const hop = new GatewayHop('aws', JSON.parse(AZURE.body) as ConfigGateway, M365);
const named = (name: string) => ({ name, label: name });

const snapshot = (...entities: ConfigItem[]): Snapshot => {
  const all = [gateway('aws'), AZURE, SERVER, ...entities].map((raw) => ({ op: 'put' as const, ...raw }));
  return applyChanges(Snapshot.EMPTY, { epoch: 1, revision: 1, changes: all });
};

describe('hasMoved', () => {
  it.each<[string, boolean, boolean, Snapshot]>([
    ['nothing changed', false, false, snapshot()],
    ['its time-outs changed', false, false, snapshot(server('m365', 'azure', { timeouts: { connectMs: 1, responseMs: 1, idleStreamMs: 1 } }))],
    ['its URL changed', true, false, snapshot(server('m365', 'azure', { url: 'http://new/mcp' }))],
    ['it is behind another gateway', true, true, snapshot(server('m365', 'aws'))],
    ['its gateway has another URL', false, true, snapshot(gateway('azure', { hopUrl: 'https://hop.example.com' }))],
    ['it is gone', true, true, Snapshot.EMPTY],
  ])('of a server is, if %s, %s at its own gateway and %s at another', (_, fromUpstream, fromHop, now) => {
    expect(hasMoved(upstream, now, named('azure'), false)).toBe(fromUpstream);
    expect(hasMoved(upstream, now, named('azure'), true)).toBe(fromUpstream);
    expect(hasMoved(hop, now, named('aws'), false)).toBe(fromHop);
  });
}); // prettier-ignore
