import { describe, expect, it } from 'vitest';
import type { ConfigItem } from '#libs/contract';
import { Snapshot } from '#libs/snapshot';
import { entityOf, gateway, server, snapshotOf } from '../../../../../test/support/config-items.js';
import { GatewayHop, UpstreamHop } from '../../next-hop/next-hop.js';
import { hasMoved } from './has-moved.js';

const SERVER = server('m365', 'azure');
const AZURE = gateway('azure');
const M365 = entityOf('server', SERVER);
const upstream = new UpstreamHop('azure', M365);
const hop = new GatewayHop('aws', entityOf('gateway', AZURE), M365);
const named = (name: string) => ({ name, label: name });
const snapshot = (...items: ConfigItem[]): Snapshot => snapshotOf([gateway('aws'), AZURE, SERVER, ...items]);

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
