import { describe, expect, it } from 'vitest';
import type { ConfigPolicy } from '#libs/contract';
import { LIST_KINDS } from '#libs/envelope';
import { PolicyIndex } from '#libs/snapshot';
import { configPolicy as policy } from '../../../../test/support/config-items.js';
import { accessByPolicy, subjectsOf } from './access-evaluator.js';
import type { Access } from './access.js';
import { changedLists } from './changed-lists.js';

const allow = (more: Partial<ConfigPolicy> = {}): ConfigPolicy => policy('a', more);
const deny = (more: Partial<ConfigPolicy>): ConfigPolicy => policy('d', { effect: 'deny', ...more });

const alice = subjectsOf({ user: 'alice', groups: ['finance'] });
const access = (...policies: ConfigPolicy[]): Access =>
  accessByPolicy(PolicyIndex.of(policies), alice, 'mcp', 'aws');
const hidden = (sut: Access): string => LIST_KINDS.filter((kind) => sut.hides(kind)).join(' ');

describe('the lists that a caller sees whole', () => {
  it.each<[string, ConfigPolicy[], string]>([
    ['are all for a full grant', [allow()], ''],
    ['are none without a grant', [], LIST_KINDS.join(' ')],
    ['are none at a denied server', [allow(), deny({})], LIST_KINDS.join(' ')],
    ['are none for a grant of tools', [allow({ tools: ['get_*'] })], LIST_KINDS.join(' ')],
    [
      'are prompts for a grant of prompts',
      [allow({ methods: ['prompts/*'] })],
      'tools resources resourceTemplates',
    ],
    [
      'are not prompts that may be listed and not got',
      [allow(), deny({ methods: ['prompts/get'] })],
      'prompts',
    ],
    ['are not prompts that may not be listed', [allow(), deny({ methods: ['prompts/list'] })], 'prompts'],
    [
      'are neither resources nor templates that may not be read',
      [allow(), deny({ methods: ['resources/read'] })],
      'resources resourceTemplates',
    ],
    ['are not tools that may not be listed', [allow(), deny({ methods: ['tools/list'] })], 'tools'],
    ['are not tools of which one is denied', [allow(), deny({ tools: ['rm'] })], 'tools'],
    [
      'are not lessened by a denial for somebody else',
      [allow(), deny({ subjects: ['user:bob'], tools: ['rm'] })],
      '',
    ],
  ])('%s', (_, policies, expected) => {
    const sut = access(...policies);
    expect(hidden(sut)).toBe(expected);
    const withoutNames = LIST_KINDS.filter((kind) => kind !== 'tools');
    for (const kind of withoutNames) expect(sut.maySee(kind, 'x')).toBe(!sut.hides(kind));
  });

  it('show no tool where listing is denied, though calling is not', () => {
    const sut = access(allow(), deny({ methods: ['tools/list'] }));
    expect([sut.maySeeTool('x'), sut.mayCallTool('x')]).toEqual([false, true]);
  });
});

describe('a list may be shared by caches', () => {
  const bobOnly = { subjects: ['user:bob'] };

  it.each<[string, ConfigPolicy[], string]>([
    ['where everybody sees all of it', [allow()], 'tools prompts resources resourceTemplates'],
    ['where others are granted less besides', [allow(), policy('b', { ...bobOnly, tools: ['x'] })], 'tools prompts resources resourceTemplates'],
    ['only for the kinds that everybody sees', [allow({ methods: ['prompts/*', 'tools/*'] })], 'tools prompts'],
    ['not where some see all of it', [allow({ subjects: ['user:alice'] })], ''],
    ['not where others see some of it', [allow({ subjects: ['user:alice'] }), policy('b', { tools: ['x'] })], ''],
    ['not where somebody else is denied a tool', [allow(), deny({ ...bobOnly, tools: ['rm'] })], ''],
    ['not where somebody else is denied the server', [allow(), deny({ ...bobOnly, servers: ['mc*'] })], ''],
    ['not where a denial holds at another gateway', [allow(), deny({ ...bobOnly, gateways: ['azure'] })], ''],
    ['where a denial is about other servers', [allow(), deny({ ...bobOnly, servers: ['other'] })], 'tools prompts resources resourceTemplates'],
    ['not where the grant for everybody holds at another gateway', [allow({ gateways: ['azure'] }), policy('b', { subjects: ['user:alice'] })], ''],
    ['not where nothing is granted', [], ''],
  ])('%s', (_, policies, expected) => {
    const sut = access(...policies);
    expect(LIST_KINDS.filter((kind) => !sut.isPrivate(kind)).join(' ')).toBe(expected);
  }); // prettier-ignore
});

describe('news of resources', () => {
  it.each<[string, ConfigPolicy[], boolean]>([
    ['reach a caller who may read them', [allow()], true],
    ['reach a caller who may read them and not list them', [allow({ methods: ['resources/read'] })], true],
    ['do not reach a caller with tools only', [allow({ tools: ['*'] })], false],
    ['do not reach a caller who is denied reading', [allow(), deny({ methods: ['resources/read'] })], false],
  ])('%s', (_, policies, expected) => expect(access(...policies).mayReadResources).toBe(expected));
});

describe('changedLists', () => {
  const tools = (...globs: string[]): ConfigPolicy => allow({ tools: globs });

  it.each<[string, ConfigPolicy[], ConfigPolicy[], string]>([
    ['nothing where nothing changed', [tools('a', 'b')], [tools('b', 'a')], ''],
    ['nothing where other policies say the same', [tools('a', 'b')], [tools('a'), policy('b', { tools: ['b'] })], ''],
    ['nothing for a second full grant', [allow()], [allow(), policy('b', { tools: ['x'] })], ''],
    ['nothing where all tools are named by a glob', [tools('*')], [tools('*', 'x')], ''],
    ['nothing where only calling changed', [tools('a')], [tools('a'), deny({ methods: ['tools/call'] })], ''],
    ['tools for one more', [tools('a')], [tools('a', 'b')], 'tools'],
    ['tools for a denial', [allow()], [allow(), deny({ tools: ['rm'] })], 'tools'],
    ['tools for another denial', [allow(), deny({ tools: ['rm'] })], [allow(), deny({ tools: ['mv'] })], 'tools'],
    ['tools for a denial of listing', [tools('a')], [tools('a'), deny({ methods: ['tools/list'] })], 'tools'],
    ['prompts that may be got no more', [allow()], [allow(), deny({ methods: ['prompts/get'] })], 'prompts'],
    ['resources that may be read', [tools('a')], [tools('a'), policy('b', { methods: ['resources/*'] })], 'resources'],
    ['resources for their templates alone', [allow()], [allow(), deny({ methods: ['resources/templates/*'] })], 'resources'],
    ['everything for the last grant', [allow()], [], 'tools prompts resources'],
  ])('names %s', (_, before, after, expected) => {
    expect(changedLists(access(...before), access(...after)).join(' ')).toBe(expected);
    expect(changedLists(access(...after), access(...before)).join(' ')).toBe(expected);
  }); // prettier-ignore
});
