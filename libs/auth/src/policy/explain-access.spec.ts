import { describe, expect, it } from 'vitest';
import { gateway, policy, server, snapshotOf, user } from '../../../../test/support/config-items.js';
import { explainAccess, type ExplainQuery } from './explain-access.js';

const FINANCE = { subjects: ['group:finance'], servers: ['mcp-*'] };

const snapshot = snapshotOf(
  [
    gateway('aws'),
    gateway('azure'),
    server('mcp-m365', 'azure'),
    server('mcp-local', 'aws'),
    server('mcp-off', 'azure', { enabled: false }),
    user('alice', { groups: ['finance'] }),
    user('carol', { groups: ['finance'], enabled: false }),
    user('bob'),
    policy('finance-calendar', { ...FINANCE, tools: ['get_*'] }),
    policy('not-over-there', { ...FINANCE, effect: 'deny', tools: ['get_secret'], gateways: ['azure'] }),
  ],
  12,
);

const QUERY: ExplainQuery = {
  user: 'alice',
  groups: null,
  mcpServer: 'mcp-m365',
  method: 'tools/call',
  tool: 'get_events',
  entryGateway: 'aws',
};
const explain = (more: Partial<ExplainQuery> = {}) => explainAccess(snapshot, { ...QUERY, ...more });

const by = 'finance-calendar';
const at = (name: string, role: string, reason: string | null, policyName: string | null) => ({
  gateway: name,
  role,
  decision: reason === null ? 'allow' : 'deny',
  policy: policyName,
  reason,
  revision: 12,
});

describe('explainAccess', () => {
  it('shows the decisions at both gateways', () => {
    expect(explain()).toEqual({
      allowed: true,
      entryGateway: 'aws',
      handlingGateway: 'azure',
      proxyHops: 1,
      decisions: [at('aws', 'entry', null, by), at('azure', 'handling', null, by)],
    });
  });

  it('shows a denial at the handling gateway only', () => {
    expect(explain({ tool: 'get_secret' })).toMatchObject({
      allowed: false,
      decisions: [at('aws', 'entry', null, by), at('azure', 'handling', 'tool_denied', 'not-over-there')],
    });
  });

  it('shows one decision where the entry gateway handles the server itself', () => {
    expect(explain({ mcpServer: 'mcp-local' })).toEqual({
      allowed: true,
      entryGateway: 'aws',
      handlingGateway: 'aws',
      proxyHops: 0,
      decisions: [at('aws', 'entry', null, by)],
    });
  });

  it.each<[string, Partial<ExplainQuery>, string, string | null]>([
    ['an unknown user', { user: 'nobody' }, 'access_denied', 'azure'],
    ['a disabled user', { user: 'carol' }, 'access_denied', 'azure'],
    ['a user without groups', { user: 'bob' }, 'access_denied', 'azure'],
    ['groups given as none', { groups: [] }, 'access_denied', 'azure'],
    ['an unknown server', { mcpServer: 'mcp-none' }, 'access_denied', null],
    ['a disabled server', { mcpServer: 'mcp-off' }, 'access_denied', 'azure'],
    ['an unknown gateway', { entryGateway: 'moon' }, 'access_denied', 'azure'],
    ['another tool', { tool: 'rm' }, 'tool_denied', 'azure'],
    ['another method', { method: 'prompts/get', tool: null }, 'method_denied', 'azure'],
  ])('denies at the entry gateway: %s', (_, more, reason, handlingGateway) => {
    const explained = explain(more);
    expect(explained).toMatchObject({ allowed: false, handlingGateway });
    expect(explained.decisions[0]).toMatchObject({ role: 'entry', decision: 'deny', reason });
  });

  it.each<[Partial<ExplainQuery>, string[] | undefined]>([
    [{}, undefined],
    [{ user: 'nobody' }, ['There is no user nobody']],
    [{ user: 'carol' }, ['The user carol is disabled']],
    [{ mcpServer: 'mcp-off' }, ['The MCP server mcp-off is disabled']],
    [
      { mcpServer: 'mcp-none', entryGateway: 'moon' },
      ['There is no MCP server mcp-none', 'There is no gateway moon'],
    ],
  ])('says which names are unknown or disabled: %j', (more, hints) =>
    expect(explain(more).hints).toEqual(hints),
  );

  it('decides by the given groups in place of those of the user', () => {
    expect(explain({ user: 'bob', groups: ['finance'] }).allowed).toBe(true);
  });
});
