import { describe, expect, it } from 'vitest';
import { REASONS, type Reason } from './errors.js';
import { negotiatesEra } from './negotiation.js';

/**
 * Refusals from which a client of both eras would conclude that the server is legacy, and why a probe without faults of its
 * own does not get them.
 */
const MISLEADING: Partial<Record<Reason, string>> = {
  tool_denied: 'is not a call of a tool',
  method_denied: 'gets access_denied instead',
  host_not_allowed: 'is sent to a name of the gateway',
  ambiguous_headers: 'has each header once',
  route_not_found: 'is sent to an endpoint',
  method_not_allowed: 'is posted',
  media_type_unsupported: 'is JSON',
  content_encoding_unsupported: 'is not compressed',
  body_too_large: 'is small',
  body_timeout: 'gets 503 for it',
  body_unreadable: 'is JSON',
  envelope_invalid: 'is JSON-RPC',
  batch_unsupported: 'is one message',
  header_mismatch: 'has headers and body of one client',
  session_unknown: 'has no session',
  request_malformed: 'is HTTP',
  headers_too_large: 'has small headers',
  headers_timeout: 'has headers in one packet',
  expectation_failed: 'expects nothing',
  body_unexpected: 'is posted',
  client_disconnected: 'has nobody to send it to',
  rpc_error: 'is the MCP server’s own word',
  tool_error: 'is the MCP server’s own word',
  input_required: 'is the MCP server’s own word',
};

function misleads(reason: Reason): boolean {
  const { status } = REASONS[reason];
  return status < 500 && status !== 401 && status !== 403;
}

describe('the negotiation of the era', () => {
  it.each([
    ['server/discover', true],
    ['initialize', true],
    ['tools/list', false],
    ['Server/Discover', false],
    [null, false],
  ])('is made by %s: %s', (method, expected) => expect(negotiatesEra(method)).toBe(expected));

  it('is misled by no reason but those that a client itself causes', () => {
    const found = (Object.keys(REASONS) as Reason[]).filter(misleads);
    expect(found.toSorted()).toEqual(Object.keys(MISLEADING).toSorted());
  });
});
