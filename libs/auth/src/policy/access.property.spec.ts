import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConfigPolicy } from '#libs/contract';
import { PolicyIndex } from '#libs/snapshot';
import { holds, PATIENTLY } from '../../../../test/support/holds.js';
import { accessByPolicy } from './access-evaluator.js';
import type { DenialReason } from '#libs/request';
import { subjectsOf } from './access-evaluator.js';

const some = (...patterns: string[]) =>
  fc.uniqueArray(fc.constantFrom(...patterns), { minLength: 1, maxLength: 2 });
const someOrAll = (...patterns: string[]) => fc.option(some(...patterns), { freq: 2 });

const policies: fc.Arbitrary<ConfigPolicy[]> = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom(...'abcdef'.split('')),
    effect: fc.constantFrom('allow' as const, 'allow' as const, 'deny' as const),
    subjects: some('authenticated', 'user:u', 'user:v', 'group:g', 'group:h'),
    servers: some('*', 's', 's-*', 's-1', 't'),
    tools: someOrAll('*', 'get_*', 'get_a', 'rm'),
    methods: someOrAll('*', 'tools/*', 'tools/list', 'tools/call', 'prompts/get', 'notifications/*'),
    gateways: someOrAll('aws', 'azure'),
    revision: fc.constant(1),
  }),
  { maxLength: 6, selector: (policy) => policy.name },
);

interface Question {
  server: string;
  gateway: string;
  method: string;
  tool: string;
}
const question: fc.Arbitrary<Question> = fc.record({
  server: fc.constantFrom('s', 's-1', 's-2', 't', 'x'),
  gateway: fc.constantFrom('aws', 'azure', 'onprem'),
  method: fc.constantFrom(
    'tools/call',
    'tools/call',
    'tools/list',
    'prompts/get',
    'initialize',
    'notifications/x',
  ),
  tool: fc.constantFrom('get_a', 'get_b', 'rm', ''),
});

const matches = (patterns: string[], text: string): boolean =>
  patterns.some((p) => p === text || (p.endsWith('*') && text.startsWith(p.slice(0, -1))));

const ofServer = (p: ConfigPolicy) => (p.methods === null ? p.tools === null : p.methods.includes('*'));

/** The rules of the policy chapter, read one by one over all policies. */
function reference(all: ConfigPolicy[], subjects: string[], q: Question): DenialReason | null {
  const mine = all.filter(
    (p) =>
      p.subjects.some((s) => subjects.includes(s)) &&
      matches(p.servers, q.server) &&
      (p.gateways === null || p.gateways.includes(q.gateway)),
  );
  const allows = mine.filter((p) => p.effect === 'allow');
  const denies = mine.filter((p) => p.effect === 'deny');
  if (allows.length === 0 || denies.some(ofServer)) return 'access_denied';
  if (denies.some((p) => p.methods !== null && matches(p.methods, q.method))) return 'method_denied';
  const isCall = q.method === 'tools/call';
  if (isCall && denies.some((p) => p.tools !== null && matches(p.tools, q.tool))) return 'tool_denied';
  if (['initialize', 'notifications/x'].includes(q.method)) return null;
  const ofMethod = allows.filter((p) => {
    if (p.tools === null && p.methods === null) return true;
    if (p.tools !== null && ['tools/call', 'tools/list'].includes(q.method)) return true;
    return p.methods !== null && matches(p.methods, q.method);
  });
  if (ofMethod.length === 0) return 'method_denied';
  if (!isCall || ofMethod.some((p) => p.tools === null || matches(p.tools, q.tool))) return null;
  return 'tool_denied';
}

describe('decisions', PATIENTLY, () => {
  it('are those of a scan over all policies, in whatever order these were added', () => {
    const subjects = subjectsOf({ user: 'u', groups: ['g'] });
    const seen = new Map<string, number>();
    holds(
      2000,
      fc.property(policies, fc.array(question, { minLength: 1, maxLength: 8 }), (all, questions) => {
        const index = PolicyIndex.of(all);
        const reversed = PolicyIndex.of(all.toReversed());
        for (const q of questions) {
          const expected = reference(all, subjects, q);
          const decision = accessByPolicy(index, subjects, q.server, q.gateway).decide(q);
          expect(decision).toMatchObject({ allowed: expected === null, reason: expected });
          expect(accessByPolicy(reversed, subjects, q.server, q.gateway).decide(q)).toEqual(decision);
          seen.set(String(expected), (seen.get(String(expected)) ?? 0) + 1);
        }
      }),
    );
    expect([...seen.keys()].sort()).toEqual(['access_denied', 'method_denied', 'null', 'tool_denied']);
  });

  it('never let a further denial, or one grant fewer, allow what was denied', () => {
    const subjects = subjectsOf({ user: 'u', groups: ['g', 'h'] });
    holds(
      2000,
      fc.property(policies, question, (all, q) => {
        const allowed = (list: ConfigPolicy[]): boolean =>
          accessByPolicy(PolicyIndex.of(list), subjects, q.server, q.gateway).decide(q).allowed;
        if (allowed(all)) return;
        const stricter = all.filter((p) => p.effect === 'deny');
        expect(allowed(stricter)).toBe(false);
        for (const p of all) expect(allowed([...all, { ...p, name: 'z', effect: 'deny' }])).toBe(false);
      }),
    );
  });

  it('agree with the list: a tool that is shown by a grant of tools may be called', () => {
    const subjects = subjectsOf({ user: 'u', groups: ['g'] });
    holds(
      2000,
      fc.property(policies, question, (all, q) => {
        const withTools = all.map((p) => ({ ...p, methods: null }));
        const access = accessByPolicy(PolicyIndex.of(withTools), subjects, q.server, q.gateway);
        expect(access.maySeeTool(q.tool)).toBe(access.mayCallTool(q.tool));
        expect(access.hides('tools') || access.maySeeTool(q.tool)).toBe(true);
      }),
    );
  });
});
