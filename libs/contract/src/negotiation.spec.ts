import { describe, expect, it } from 'vitest';
import { REASONS, type Reason } from './errors.js';
import { negotiatesEra } from './negotiation.js';

/**
 * Refusals by which a client of both eras would conclude that the server is legacy, and why its probe does not get them as
 * long as the client does nothing wrong itself.
 */
const MISLEADING: Partial<Record<Reason, string>> = {
  tool_denied: 'is about calls of tools',
  method_denied: 'is access_denied there',
  host_not_allowed: 'only under a name that is not the gateway’s',
  ambiguous_headers: 'only of headers that the client repeats',
  route_not_found: 'only at a path that is no endpoint',
  method_not_allowed: 'is posted',
  media_type_unsupported: 'is JSON',
  content_encoding_unsupported: 'is not compressed',
  body_too_large: 'is small',
  body_timeout: 'is 503 there',
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
  client_disconnected: 'is not sent to anybody',
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

  it('is not misled by any other reason than those whose cause is the client', () => {
    const found = (Object.keys(REASONS) as Reason[]).filter(misleads);
    expect(found.toSorted()).toEqual(Object.keys(MISLEADING).toSorted());
  });
});
