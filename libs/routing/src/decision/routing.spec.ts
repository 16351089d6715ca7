import { describe, expect, it } from 'vitest';
import type { ConfigServer } from '#libs/contract';
import {
  entityOf,
  gateway,
  server as serverItem,
  snapshotOf,
} from '../../../../test/support/config-items.js';
import { decideRoute } from './routing.js';

const snapshot = snapshotOf([gateway('aws'), gateway('azure')]);
const server = (...handlers: string[]): ConfigServer =>
  entityOf(
    'server',
    serverItem('s', '', { handlers: handlers.map((name, priority) => ({ gateway: name, priority })) }),
  );

describe('decideRoute', () => {
  it.each([
    ['a server that is handled here is called directly', 'aws', server('aws'), false, { kind: 'upstream' }],
    ['a server that is handled here is called directly, also over a hop', 'aws', server('aws'), true, { kind: 'upstream' }],
    ['a server that is handled elsewhere is reached over a hop', 'aws', server('azure'), false, { kind: 'hop', peer: entityOf('gateway', gateway('azure')) }],
    ['a request that came over a hop makes no second hop', 'aws', server('azure'), true, { kind: 'reject', reason: 'loop_detected' }],
    ['only the first handler counts', 'aws', server('azure', 'aws'), false, { kind: 'hop' }],
    ['a server without a handler is unreachable', 'aws', server(), false, { kind: 'reject', reason: 'remote_gateway_unreachable' }],
    ['a server with an unknown handler is unreachable', 'aws', server('gcp'), false, { kind: 'reject', reason: 'remote_gateway_unreachable' }],
    ['a replica without a name handles nothing', null, server(), false, { kind: 'reject' }],
  ])('%s', (_, own, given, overHop, expected) => {
    expect(decideRoute(snapshot, { name: own, label: own ?? 'host' }, given, overHop)).toMatchObject(expected);
  }); // prettier-ignore
});
