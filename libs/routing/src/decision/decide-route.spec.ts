import { describe, expect, it } from 'vitest';
import type { ConfigGateway, ConfigServer } from '#libs/contract';
import { applyChanges, Snapshot } from '#libs/snapshot';
import { decideRoute } from './decide-route.js';

const gateway = (name: string): ConfigGateway => ({
  name,
  url: `https://${name}.example.com`,
  hopUrl: null,
  labels: {},
  revision: 1,
});
const put = (value: ConfigGateway) =>
  ({ op: 'put', kind: 'gateway', key: value.name, body: JSON.stringify(value) }) as const;
const snapshot = applyChanges(Snapshot.EMPTY, {
  epoch: 1,
  revision: 1,
  changes: [put(gateway('aws')), put(gateway('azure'))],
});
const server = (...handlers: string[]): ConfigServer => ({
  name: 's',
  url: 'http://s.internal/mcp',
  handlers: handlers.map((name, priority) => ({ gateway: name, priority })),
  auth: { type: 'none' },
  timeouts: { connectMs: 1, responseMs: 1, idleStreamMs: 1 },
  enabled: true,
  revision: 1,
});

describe('decideRoute', () => {
  it.each([
    ['handled here, from an agent', 'aws', server('aws'), false, { kind: 'upstream' }],
    ['handled here, over a hop', 'aws', server('aws'), true, { kind: 'upstream' }],
    ['handled elsewhere', 'aws', server('azure'), false, { kind: 'hop', peer: gateway('azure') }],
    ['handled elsewhere, over a hop', 'aws', server('azure'), true, { kind: 'reject', reason: 'loop_detected' }],
    ['the first handler counts', 'aws', server('azure', 'aws'), false, { kind: 'hop' }],
    ['handled nowhere', 'aws', server(), false, { kind: 'reject', reason: 'remote_gateway_unreachable' }],
    ['an unknown handler', 'aws', server('gcp'), false, { kind: 'reject', reason: 'remote_gateway_unreachable' }],
    ['a replica without a name handles nothing', null, server(), false, { kind: 'reject' }],
  ])('%s', (_, own, given, overHop, expected) => {
    expect(decideRoute(snapshot, { name: own, label: own ?? 'host' }, given, overHop)).toMatchObject(expected);
  }); // prettier-ignore
});
