import { describe, expect, it } from 'vitest';
import { repeatedHeader } from './message-framing.js';
import { serverOfTarget } from '#libs/contract';

describe('serverOfTarget', () => {
  it.each([
    ['/api/llm/mcp/mcp-m365/server', 'mcp-m365'],
    ['/api/llm/mcp/a/server?x=1', 'a'],
    [`/api/llm/mcp/${'a'.repeat(63)}/server`, 'a'.repeat(63)],
    [`/api/llm/mcp/${'a'.repeat(64)}/server`, null],
    ['/api/llm/mcp/-a/server', null],
    ['/api/llm/mcp//server', null],
    ['/api/llm/mcp/a/server#x', null],
    ['*', null],
    ['', null],
  ])('of %s is %s', (target, expected) => expect(serverOfTarget(target)).toBe(expected));
});

describe('repeatedHeader', () => {
  it.each([
    [['Host', 'a', 'Accept', 'x', 'accept', 'y'], null],
    [['Host', 'a', 'hOST', 'a'], 'host'],
    [['Mcp-Session-Id', '1', 'MCP-Session-Id', '2'], 'mcp-session-id'],
    [[], null],
    [['Host', 'a', '__proto__', 'x', 'hOST', 'a'], 'host'],
    [['Host', 'a', 'Accept', 'x'], null],
  ])('of %j is %s', (rawHeaders, expected) => {
    const names = rawHeaders.filter((_, i) => i % 2 === 0).map((name) => [name.toLowerCase(), 'x']);
    const headers = Object.fromEntries(names) as Record<string, string>;
    expect(repeatedHeader({ headers, rawHeaders })).toBe(expected);
  });
});
