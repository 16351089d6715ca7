import { describe, expect, it } from 'vitest';
import { scanEnvelope } from '#libs/envelope';
import { McpRequest, type BodySource } from '#libs/request';
import { assertHeadersMatch } from './reading.js';

const MODERN = { _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' } };
const H = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'get' };

function check(
  method: string,
  params: object,
  headers: Record<string, string>,
  more: object = { id: 1 },
): () => void {
  const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...more, method, params }));
  const request = new McpRequest('POST', 's', headers, {} as BodySource, { address: '', last: null });
  return () => assertHeadersMatch(request, scanEnvelope(body));
}

const base64 = (text: string): string => `=?base64?${Buffer.from(text).toString('base64')}?=`;

describe('assertHeadersMatch', () => {
  it.each([
    ['a modern call', check('tools/call', { ...MODERN, name: 'get' }, H)],
    ['an encoded name', check('tools/call', { ...MODERN, name: 'gét' }, { ...H, 'mcp-name': base64('gét') })],
    ['a resource', check('resources/read', { ...MODERN, uri: 'a:b' }, { ...H, 'mcp-method': 'resources/read', 'mcp-name': 'a:b' })],
    ['a method without a name', check('tools/list', MODERN, { ...H, 'mcp-method': 'tools/list' })],
    ['a legacy call without headers', check('tools/call', { name: 'get' }, {})],
    ['a modern notification without headers', check('notifications/cancelled', MODERN, {}, {})],
  ])('accepts %s', (_, sut) => expect(sut).not.toThrow());

  it.each([
    ['no version', check('tools/call', { ...MODERN, name: 'get' }, { ...H, 'mcp-protocol-version': undefined as never })],
    ['another version', check('tools/call', { ...MODERN, name: 'get' }, { ...H, 'mcp-protocol-version': '2025-11-25' })],
    ['no method', check('tools/call', { ...MODERN, name: 'get' }, { ...H, 'mcp-method': undefined as never })],
    ['another method', check('tools/call', { ...MODERN, name: 'get' }, { ...H, 'mcp-method': 'tools/list' })],
    ['the method in another case', check('tools/call', { ...MODERN, name: 'get' }, { ...H, 'mcp-method': 'Tools/Call' })],
    ['no name', check('tools/call', { ...MODERN, name: 'get' }, { ...H, 'mcp-name': undefined as never })],
    ['another name', check('tools/call', { ...MODERN, name: 'evil' }, H)],
    ['an encoded name without its end', check('tools/call', { ...MODERN, name: 'get' }, { ...H, 'mcp-name': '=?base64?Z2V0?' })],
    ['an encoded name in bad base64', check('tools/call', { ...MODERN, name: 'get' }, { ...H, 'mcp-name': '=?base64?Z2V0=?=' })],
    ['an encoded name that is not UTF-8', check('tools/call', { ...MODERN, name: 'get' }, { ...H, 'mcp-name': '=?base64?/w==?=' })],
    ['a legacy call with a contradicting method', check('tools/call', { name: 'get' }, { 'mcp-method': 'tools/list' })],
  ])('refuses %s', (_, sut) => expect(sut).toThrow('header_mismatch'));
}); // prettier-ignore
