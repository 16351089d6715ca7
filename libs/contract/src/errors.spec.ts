import { describe, expect, it } from 'vitest';
import { REASONS, type ReasonSpec } from './errors.js';
import { faultMessage, GatewayError } from './gateway-error.js';

const all: [string, ReasonSpec][] = Object.entries(REASONS);
/** Codes that JSON-RPC or MCP itself defines for the case. */
const PROTOCOL_CODES = new Set([-32700, -32600, -32601, -32602, -32020]);

describe('the catalogue of reasons', () => {
  it.each(all)('%s has a code of its own outside the reserved range', (reason, { code }) => {
    if (PROTOCOL_CODES.has(code)) return;
    expect(code).toBeGreaterThan(0);
    expect(all.filter(([, other]) => other.code === code).map(([name]) => name)).toEqual([reason]);
  });

  it.each(all)('%s names the Proxy-Status type where a next hop failed', (reason, { proxyStatus }) => {
    const isNextHop =
      /^(remote_gateway|upstream)_|^loop_detected$|^stream_idle$|^overloaded$|^principal_limit_reached$|^destination_ip_prohibited$|^transport_unsupported$/.test(
        reason,
      );
    if (reason === 'upstream_status') return;
    expect(proxyStatus !== null).toBe(isNextHop);
  });

  it('fills the blanks of a message and leaves unknown ones', () => {
    const fault = new GatewayError('remote_gateway_unreachable', { peer: 'azure' });
    expect(faultMessage(fault, { server: 'mcp-a', gateway: 'aws' })).toBe(
      'Remote gateway azure is unreachable',
    );
    expect(faultMessage(new GatewayError('tool_denied'), {})).toBe('Unknown tool: {detail}');
  });
});
