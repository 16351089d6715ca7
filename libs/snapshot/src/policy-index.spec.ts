import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { globMatches, type ConfigPolicy } from '#libs/contract';
import { PolicyIndex } from './policy-index.js';
import { configPolicy as policy } from '../../../test/support/config-items.js';

const names = (index: PolicyIndex, subjects: string[], server: string): string[] =>
  index
    .lookup(subjects, server)
    .map((found) => found.name)
    .sort();

describe('PolicyIndex', () => {
  it('finds a policy once, however many subjects and patterns match', () => {
    const sut = PolicyIndex.of([
      policy('p', { subjects: ['user:a', 'group:g'], servers: ['mcp-a', 'mcp-*'] }),
    ]);
    expect(names(sut, ['user:a', 'group:g'], 'mcp-a')).toEqual(['p']);
  });

  it('marks a policy with a field of a newer version', () => {
    const newer = { ...policy('p'), when: 'office hours' } as ConfigPolicy;
    const [found] = PolicyIndex.of([newer]).lookup(['authenticated'], 'mcp-a');
    expect(found?.restricted).toBe(true);
  });

  it('stays the same object while no policy changes, so that decisions derived from it stay valid', () => {
    const sut = PolicyIndex.of([policy('p')]);
    const changed = sut.draft();
    changed.add(policy('q'));
    expect(sut.draft().finish()).toBe(sut);
    expect(changed.finish()).not.toBe(sut);
  });

  it('forgets a removed policy and its prefix length, and keeps the old index as it was', () => {
    const before = PolicyIndex.of([policy('p', { servers: ['mcp-*'] }), policy('q')]);
    const draft = before.draft();
    draft.remove(policy('p', { servers: ['mcp-*'] }));
    const after = draft.finish();
    expect(names(after, ['authenticated'], 'mcp-a')).toEqual(['q']);
    expect(names(before, ['authenticated'], 'mcp-a')).toEqual(['p', 'q']);
  });

  it('knows at which servers somebody is denied something, as policies come and go', () => {
    const deny = { effect: 'deny' as const, subjects: ['user:a'] };
    const draft = PolicyIndex.of([
      policy('p'),
      policy('q', { ...deny, servers: ['mcp-*', 'mcp-*', 'b'] }),
      policy('r', { ...deny, servers: ['b'] }),
    ]).draft();
    draft.remove(policy('q', { ...deny, servers: ['mcp-*', 'mcp-*', 'b'] }));
    draft.add(policy('s', { ...deny, servers: ['c*'] }));
    const sut = draft.finish();
    expect(['mcp-a', 'b', 'c', 'ca', 'bb'].map((server) => sut.denies(server))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
  });

  it('finds exactly what a scan over all policies finds', () => {
    const word: fc.Arbitrary<string> = fc.constantFrom('a', 'ab', 'abc', 'b', 'mcp-a');
    const pattern = fc.oneof(
      word,
      word.map((text) => `${text}*`),
      fc.constant('*'),
    );
    const subject: fc.Arbitrary<string> = fc.constantFrom('authenticated', 'user:a', 'group:g');
    const lists = fc.array(
      fc.record({
        subjects: fc.array(subject, { minLength: 1, maxLength: 3 }),
        servers: fc.array(pattern, { minLength: 1, maxLength: 3 }),
      }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(lists, fc.array(subject), word, (all, subjects, server) => {
        const policies = all.map((fields, i) => policy(`p${i}`, fields));
        const scan = policies.filter(
          (each) =>
            each.subjects.some((s) => subjects.includes(s)) &&
            each.servers.some((p) => globMatches(p, server)),
        );
        expect(names(PolicyIndex.of(policies), subjects, server)).toEqual(
          scan.map((each) => each.name).sort(),
        );
      }),
    );
  });
});
