import { describe, expect, it } from 'vitest';
import type { ConfigGateway, ConfigServer } from '#libs/contract';
import { GatewayHop, UpstreamHop, type NextHop } from './next-hop.js';
import { transportFault } from './transport-fault.js';

const server = { name: 'm365' } as ConfigServer;
const upstream = new UpstreamHop('aws', server);
const hop = new GatewayHop('aws', { name: 'azure' } as ConfigGateway, server);
const error = (code: string, name = 'Error'): Error => Object.assign(new Error(code), { code, name });

const UNSENT = { wasSent: false, wasAnswered: false };
const SENT = { wasSent: true, wasAnswered: false };
const ANSWERED = { wasSent: true, wasAnswered: true };
const cut = Object.assign(new Error('Response does not match the HTTP/1.1 protocol (Invalid EOF state)'), {
  name: 'HTTPParserError',
});
const unasked = Object.assign(new Error('bad response'), { code: 'UND_ERR_SOCKET' });

describe('transportFault', () => {
  const cases: [NextHop, Error, typeof SENT, string, string | undefined][] = [
    [upstream, error('ECONNREFUSED'), UNSENT, 'upstream_unreachable', 'aws->m365'],
    [upstream, error('UND_ERR_CONNECT_TIMEOUT'), UNSENT, 'upstream_unreachable', 'aws->m365'],
    [upstream, error('DEPTH_ZERO_SELF_SIGNED_CERT'), UNSENT, 'upstream_unreachable', 'aws->m365'],
    [upstream, error('UND_ERR_HEADERS_TIMEOUT'), SENT, 'upstream_timeout', 'aws->m365'],
    [upstream, error('UND_ERR_BODY_TIMEOUT'), ANSWERED, 'stream_idle', 'aws->m365'],
    [upstream, error('ECONNRESET'), SENT, 'upstream_interrupted', 'aws->m365'],
    [upstream, error('', 'HTTPParserError'), SENT, 'upstream_invalid_response', 'aws->m365'],
    [upstream, cut, SENT, 'upstream_invalid_response', 'aws->m365'],
    [upstream, cut, ANSWERED, 'upstream_interrupted', 'aws->m365'],
    [upstream, error('UND_ERR_RES_CONTENT_LENGTH_MISMATCH'), SENT, 'upstream_invalid_response', 'aws->m365'],
    [upstream, error('UND_ERR_RES_CONTENT_LENGTH_MISMATCH'), ANSWERED, 'upstream_interrupted', 'aws->m365'],
    [upstream, unasked, SENT, 'upstream_invalid_response', 'aws->m365'],
    [upstream, error('UND_ERR_DESTROYED'), UNSENT, 'draining', undefined],
    [hop, error('ENOTFOUND'), UNSENT, 'remote_gateway_unreachable', 'aws->azure'],
    [hop, error('UND_ERR_HEADERS_TIMEOUT'), SENT, 'remote_gateway_timeout', 'aws->azure'],
    [hop, error('UND_ERR_SOCKET'), SENT, 'remote_gateway_interrupted', 'aws->azure'],
    [hop, error('UND_ERR_HEADERS_OVERFLOW'), SENT, 'remote_gateway_invalid_response', 'aws->azure'],
  ];
  const named = cases.map((one) => [one[1].message || one[1].name, one[3], one[4] ?? 'no hop', one] as const);

  it.each(named)('makes of %s the reason %s at %s', (_, __, ___, [nextHop, given, progress, reason, expected]) => {
    const sut = transportFault(given, nextHop, progress);
    expect([sut.reason, sut.context.leg]).toEqual([reason, expected]);
  });
}); // prettier-ignore
