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
  it.each<[string, Snapshot, boolean, boolean]>([
    ['nothing changed', snapshot(), false, false],
    ['its time-outs changed', snapshot(server('m365', 'azure', { timeouts: { connectMs: 1, responseMs: 1, idleStreamMs: 1 } })), false, false],
    ['its URL changed', snapshot(server('m365', 'azure', { url: 'http://new/mcp' })), true, false],
    ['it is behind another gateway', snapshot(server('m365', 'aws')), true, true],
    ['its gateway is reached elsewhere', snapshot(gateway('azure', { hopUrl: 'https://hop.example.com' })), false, true],
    ['it is gone', Snapshot.EMPTY, true, true],
  ])('%s', (_, now, fromUpstream, fromHop) => {
    expect(hasMoved(upstream, now, named('azure'), false)).toBe(fromUpstream);
    expect(hasMoved(upstream, now, named('azure'), true)).toBe(fromUpstream);
    expect(hasMoved(hop, now, named('aws'), false)).toBe(fromHop);
  });
}); // prettier-ignore
