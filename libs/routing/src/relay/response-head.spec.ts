import { describe, expect, it } from 'vitest';
import type { ConfigServer, GatewayError } from '#libs/contract';
import { RequestLog } from '#libs/request';
import { UpstreamHop } from '../next-hop/next-hop.js';
import { judgeResponse, readServerTiming, responseHead } from './response-head.js';

const NEXT_HOP = new UpstreamHop('azure', { name: 'mcp-m365' } as ConfigServer);

function refusal(status: number): GatewayError {
  try {
    judgeResponse(new RequestLog(), NEXT_HOP, responseHead(status, {}));
  } catch (error) {
    return error as GatewayError;
  }
  throw new Error(`Status ${status} was let through`);
}

describe('an answer of an MCP server that is not passed on', () => {
  it.each([
    [401, 'upstream_auth'],
    [403, 'upstream_auth'],
    [307, 'upstream_redirect'],
  ])('with the status %i fails with a detail that names the status', (status, reason) => {
    const fault = refusal(status);
    expect([fault.reason, fault.context.detail]).toEqual([reason, `status ${status}`]);
  });
});

describe('readServerTiming', () => {
  it.each([
    ['handling;desc="azure";dur=9.5, mcp;desc="m365";dur=200.0', { handling: 9.5, upstream: 200 }],
    ['handling;desc="azure";dur=3', { handling: 3, upstream: 0 }],
    ['mcp;desc="m365";dur=200.0', null],
    ['cache;dur=1', null],
    ['', null],
    [undefined, null],
  ])('reads %j', (text, expected) => expect(readServerTiming(text)).toEqual(expected));
});
