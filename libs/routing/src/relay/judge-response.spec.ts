import { describe, expect, it } from 'vitest';
import type { ConfigServer, GatewayFault } from '#libs/contract';
import { RequestLog } from '#libs/request';
import { UpstreamHop } from '../next-hop/next-hop.js';
import { judgeResponse } from './judge-response.js';

const NEXT_HOP = new UpstreamHop('azure', { name: 'mcp-m365' } as ConfigServer);

function refusal(status: number): GatewayFault {
  try {
    judgeResponse(new RequestLog(), NEXT_HOP, { status, headers: {} });
  } catch (error) {
    return error as GatewayFault;
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
