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
    ['a server that is handled here is called directly', 'aws', server('aws'), false, { kind: 'upstream' }],
    ['a server that is handled here is called directly, also over a hop', 'aws', server('aws'), true, { kind: 'upstream' }],
    ['a server that is handled elsewhere is reached over a hop', 'aws', server('azure'), false, { kind: 'hop', peer: gateway('azure') }],
    ['a request that came over a hop makes no second hop', 'aws', server('azure'), true, { kind: 'reject', reason: 'loop_detected' }],
    ['only the first handler counts', 'aws', server('azure', 'aws'), false, { kind: 'hop' }],
    ['a server without a handler is unreachable', 'aws', server(), false, { kind: 'reject', reason: 'remote_gateway_unreachable' }],
    ['a server with an unknown handler is unreachable', 'aws', server('gcp'), false, { kind: 'reject', reason: 'remote_gateway_unreachable' }],
    ['a replica without a name handles nothing', null, server(), false, { kind: 'reject' }],
  ])('%s', (_, own, given, overHop, expected) => {
    expect(decideRoute(snapshot, { name: own, label: own ?? 'host' }, given, overHop)).toMatchObject(expected);
  }); // prettier-ignore
});
