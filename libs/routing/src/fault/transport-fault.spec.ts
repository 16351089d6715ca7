import { describe, expect, it } from 'vitest';
import type { Route } from '#libs/auth';
import type { GatewayEntity, ServerEntity } from '#libs/contract';
import { transportFault } from './transport-fault.js';

const server = { name: 'm365' } as ServerEntity;
const upstream: Route = { kind: 'upstream', server };
const hop: Route = { kind: 'hop', server, peer: { name: 'azure' } as GatewayEntity };
const error = (code: string, name = 'Error'): Error => Object.assign(new Error(code), { code, name });

describe('transportFault', () => {
  it.each([
    [upstream, error('ECONNREFUSED'), false, 'upstream_unreachable', 'aws->m365'],
    [upstream, error('UND_ERR_CONNECT_TIMEOUT'), false, 'upstream_unreachable', 'aws->m365'],
    [upstream, error('UND_ERR_HEADERS_TIMEOUT'), true, 'upstream_timeout', 'aws->m365'],
    [upstream, error('UND_ERR_BODY_TIMEOUT'), true, 'stream_idle', 'aws->m365'],
    [upstream, error('ECONNRESET'), true, 'upstream_interrupted', 'aws->m365'],
    [upstream, error('', 'HTTPParserError'), true, 'upstream_invalid_response', 'aws->m365'],
    [hop, error('ENOTFOUND'), false, 'remote_gateway_unreachable', 'aws->azure'],
    [hop, error('UND_ERR_HEADERS_TIMEOUT'), true, 'remote_gateway_timeout', 'aws->azure'],
    [hop, error('UND_ERR_SOCKET'), true, 'remote_gateway_interrupted', 'aws->azure'],
    [hop, error('UND_ERR_HEADERS_OVERFLOW'), true, 'remote_gateway_invalid_response', 'aws->azure'],
  ])('%# names the reason and the hop', (route, given, wasConnected, reason, expected) => {
    const sut = transportFault(given, route, 'aws', wasConnected);
    expect([sut.reason, sut.context.hop]).toEqual([reason, expected]);
  });
});
