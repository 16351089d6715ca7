import { describe, expect, it } from 'vitest';
import type { Exchange, Route } from '#libs/auth';
import type { GatewayFault } from '#libs/contract';
import { judgeResponse } from './judge-response.js';

const ROUTE = { kind: 'upstream', server: { name: 'mcp-m365' } } as Route;

function refusal(status: number): GatewayFault {
  try {
    judgeResponse({} as Exchange, ROUTE, 'azure', status, {});
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
  ])('status %i leaves that status to the log', (status, reason) => {
    const fault = refusal(status);
    expect([fault.reason, fault.context.detail]).toEqual([reason, `status ${status}`]);
  });
});
