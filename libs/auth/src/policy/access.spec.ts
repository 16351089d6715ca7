import { describe, expect, it } from 'vitest';
import type { ConfigPolicy } from '#libs/contract';
import { PolicyIndex } from '#libs/snapshot';
import { configPolicy } from '../../../../test/support/config-items.js';
import { accessByPolicy, subjectsOf } from './access-evaluator.js';

type Draft = Partial<ConfigPolicy> & Record<string, unknown>;

const policy = (name: string, more: Draft = {}): ConfigPolicy =>
  configPolicy(name, { servers: ['mcp-m365'], ...more });
const allow = (more: Draft = {}): ConfigPolicy => policy('a', more);
const deny = (more: Draft = {}): ConfigPolicy => policy('d', { effect: 'deny', ...more });

const alice = subjectsOf({ user: 'alice@example.com', groups: ['finance'] });
const access = (policies: ConfigPolicy[], server = 'mcp-m365', gateway = 'aws') =>
  accessByPolicy(PolicyIndex.of(policies), alice, server, gateway);

/** `allow a`, `tool_denied d`, `access_denied` … for an operation written `method tool`. */
function decide(policies: ConfigPolicy[], operation: string, server?: string, gateway?: string): string {
  const [method, tool] = operation.split(' ');
  const decision = access(policies, server, gateway).decide({ method: method!, tool: tool ?? null });
  return [decision.reason ?? 'allow', decision.policy].filter((word) => word !== null).join(' ');
}

const call = (tool: string): string => `tools/call ${tool}`;
const getOnly = allow({ tools: ['get_*', 'ping'] });

describe('a decision', () => {
  it.each<[string, ConfigPolicy[], string, string]>([
    ['is a denial where no policy exists', [], call('x'), 'access_denied'],
    [
      'is a denial where only others are meant',
      [allow({ subjects: ['user:bob', 'group:hr'] })],
      'ping',
      'access_denied',
    ],
    ['is a denial where only a denial matches', [deny({ tools: ['x'] })], call('y'), 'access_denied'],
    ['follows a policy for everybody', [allow()], call('x'), 'allow a'],
    [
      'follows a policy for the user',
      [allow({ subjects: ['user:alice@example.com'] })],
      call('x'),
      'allow a',
    ],
    ['follows a policy for a group', [allow({ subjects: ['group:finance'] })], call('x'), 'allow a'],
    [
      'does not take a group for a user',
      [allow({ subjects: ['user:finance', 'group:alice@example.com'] })],
      'ping',
      'access_denied',
    ],
    ['names the first of several policies', [policy('b'), policy('a')], 'tools/list', 'allow a'],
    ['lets a denial of the server win', [allow(), deny()], 'ping', 'access_denied d'],
    [
      'takes a denial of all methods for one of the server',
      [allow(), deny({ methods: ['*'] })],
      'ping',
      'access_denied d',
    ],
    [
      'takes a denial of all methods and a tool for one of the server',
      [allow(), deny({ methods: ['*'], tools: ['rm'] })],
      call('x'),
      'access_denied d',
    ],
    [
      'lets a denial of the server win over any number',
      [allow(), policy('b'), policy('c'), deny({ subjects: ['group:finance'] })],
      call('x'),
      'access_denied d',
    ],
    ['grants an exact tool', [getOnly], call('ping'), 'allow a'],
    ['grants a tool by its prefix', [getOnly], call('get_calendar'), 'allow a'],
    ['grants a tool that is the prefix', [getOnly], call('get_'), 'allow a'],
    ['denies other tools', [getOnly], call('delete_all'), 'tool_denied'],
    ['does not take a longer name for an exact one', [getOnly], call('ping2'), 'tool_denied'],
    ['minds the case of tools', [getOnly], call('GET_x'), 'tool_denied'],
    ['denies a call that names no tool, where tools are limited', [getOnly], 'tools/call', 'tool_denied'],
    ['passes a call that names no tool, where all tools are granted', [allow()], 'tools/call', 'allow a'],
    [
      'denies a call that names no tool, where a tool is denied',
      [allow(), deny({ tools: ['rm'] })],
      'tools/call',
      'tool_denied d',
    ],
    ['lists tools for a policy with tools', [getOnly], 'tools/list', 'allow a'],
    ['grants no other method for a policy with tools', [getOnly], 'resources/read', 'method_denied'],
    ['grants no unknown method for a policy with tools', [getOnly], 'x/unknown', 'method_denied'],
    ['grants unknown methods where nothing is limited', [allow()], 'x/unknown', 'allow a'],
    [
      'grants the methods that are named',
      [allow({ methods: ['resources/*', 'prompts/get'] })],
      'resources/read',
      'allow a',
    ],
    [
      'denies methods that are not named',
      [allow({ methods: ['resources/*'] })],
      'prompts/get',
      'method_denied',
    ],
    [
      'denies calls where only other methods are named',
      [allow({ methods: ['resources/*'] })],
      call('x'),
      'method_denied',
    ],
    [
      'grants any tool where calls are named without tools',
      [allow({ methods: ['tools/call'] })],
      call('x'),
      'allow a',
    ],
    [
      'limits calls by tools though methods name them',
      [allow({ tools: ['get_*'], methods: ['*'] })],
      call('rm'),
      'tool_denied',
    ],
    [
      'grants named methods beside tools',
      [allow({ tools: ['get_*'], methods: ['prompts/*'] })],
      'prompts/get',
      'allow a',
    ],
    ['adds up grants', [getOnly, policy('b', { tools: ['put_*'] })], call('put_x'), 'allow b'],
    ['lets a denial of a tool win', [allow(), deny({ tools: ['get_*'] })], call('get_x'), 'tool_denied d'],
    ['denies nothing but these tools', [allow(), deny({ tools: ['get_*'] })], call('put_x'), 'allow a'],
    ['denies no method by tools', [allow(), deny({ tools: ['*'] })], 'resources/read', 'allow a'],
    [
      'lets a denial of a method win',
      [allow(), deny({ methods: ['resources/*'] })],
      'resources/read',
      'method_denied d',
    ],
    ['denies nothing but these methods', [allow(), deny({ methods: ['resources/*'] })], call('x'), 'allow a'],
    [
      'lets a denial of calls win over a granted tool',
      [getOnly, deny({ methods: ['tools/call'] })],
      call('get_x'),
      'method_denied d',
    ],
    [
      'takes tools and methods of a denial each for itself',
      [allow(), deny({ tools: ['rm'], methods: ['prompts/*'] })],
      call('x'),
      'allow a',
    ],
    [
      'lets a denial even of a protocol method win',
      [allow(), deny({ methods: ['subscriptions/*'] })],
      'subscriptions/listen',
      'method_denied d',
    ],
    [
      'does not take a tool for a method',
      [allow({ tools: ['resources/read'] })],
      'resources/read',
      'method_denied',
    ],
    ['grants nothing for an allow with an unknown field', [allow({ when: 'mfa' })], 'ping', 'access_denied'],
    [
      'denies the server for a denial with an unknown field',
      [allow(), deny({ tools: ['rm'], when: 'mfa' })],
      call('x'),
      'access_denied d',
    ],
  ])('%s', (_, policies, operation, expected) => {
    expect(decide(policies, operation)).toBe(expected);
  });

  it.each(['initialize', 'ping', 'server/discover', 'notifications/cancelled', 'subscriptions/listen'])(
    'grants the protocol method %s with any grant, and denies it with none',
    (method) => {
      expect(decide([getOnly], method)).toBe('allow a');
      expect(decide([allow({ methods: ['prompts/get'] })], method)).toBe('allow a');
      expect(decide([], method)).toBe('access_denied');
    },
  );

  it.each([
    ['mcp-m365', 'allow a'],
    ['mcp-', 'allow a'],
    ['mcp', 'access_denied'],
    ['other', 'access_denied'],
  ])('on the server %s follows a server prefix: %s', (server, expected) => {
    expect(decide([allow({ servers: ['mcp-*'] })], 'ping', server)).toBe(expected);
  });

  it('holds at the gateways that the policy names only', () => {
    const policies = [allow(), deny({ gateways: ['azure'] })];
    expect(decide(policies, 'ping', 'mcp-m365', 'aws')).toBe('allow a');
    expect(decide(policies, 'ping', 'mcp-m365', 'azure')).toBe('access_denied d');
    expect(decide([allow({ gateways: ['azure'] })], 'ping', 'mcp-m365', 'aws')).toBe('access_denied');
  });

  it('grants GET, DELETE and posted responses, which have no method, with any grant', () => {
    expect(access([getOnly]).decide({ method: null, tool: null })).toMatchObject({ allowed: true });
    expect(access([]).decide({ method: null, tool: null })).toMatchObject({ allowed: false });
  });

  it('is the same when asked again, and for many tools in between', () => {
    const caller = access([getOnly]);
    for (let i = 0; i < 2000; i++) {
      expect(caller.mayCallTool(`get_${i}`)).toBe(true);
      expect(caller.mayCallTool(`put_${i}`)).toBe(false);
    }
    expect(caller.mayCallTool('get_0')).toBe(true);
  });
});

describe('a remembered decision', () => {
  it.each<[string, [string | null, string | null], [string | null, string | null]]>([
    ['a method named like the absence of one', [null, null], ['null', null]],
    ['a method named like the key of no method', [null, null], ['none', null]],
    ['a method that spells a call', ['tools/call', 'get_x'], ['tool:get_x', null]],
    ['an empty tool after none', ['initialize', null], ['tools/call', '']],
  ])('does not hold for %s', (_, [method, tool], [evilMethod, evilTool]) => {
    const caller = access([getOnly]);
    expect(caller.decide({ method, tool }).allowed).toBe(true);
    expect(caller.decide({ method: evilMethod, tool: evilTool }).allowed).toBe(false);
  });

  it('does not hold for a subject with a line break that imitates another caller', () => {
    const index = PolicyIndex.of([allow({ subjects: ['group:admins'] })]);
    const admin = subjectsOf({ user: 'a', groups: ['admins'] });
    expect(accessByPolicy(index, admin, 'mcp-m365', 'aws').mayCallTool('x')).toBe(true);
    const evil = subjectsOf({ user: 'a\ngroup:admins', groups: [] });
    expect(accessByPolicy(index, evil, 'mcp-m365', 'aws').mayCallTool('x')).toBe(false);
  });
});

describe('a list of tools', () => {
  it.each<[string, ConfigPolicy[], boolean, string]>([
    ['whole for a full grant', [allow()], false, 'get_a,rm'],
    ['whole where one of several grants is full', [getOnly, policy('b')], false, 'get_a,rm'],
    ['whole where listing is granted by name', [allow({ methods: ['tools/list'] })], false, 'get_a,rm'],
    ['cut to the granted tools', [getOnly], true, 'get_a'],
    ['cut by a denial', [allow(), deny({ tools: ['rm'] })], true, 'get_a'],
    ['cut by a denial of a granted tool', [allow({ tools: ['*'] }), deny({ tools: ['get_*'] })], true, 'rm'],
    ['empty without a grant', [], true, ''],
    ['empty for a denied server', [allow(), deny()], true, ''],
    ['empty where only other methods are granted', [allow({ methods: ['prompts/*'] })], true, ''],
  ])('is %s', (_, policies, restricted, seen) => {
    const caller = access(policies);
    expect(caller.hides('tools')).toBe(restricted);
    expect(['get_a', 'rm'].filter((tool) => caller.maySeeTool(tool)).join(',')).toBe(seen);
  });
});
