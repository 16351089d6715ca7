/**
 * What a decision costs with 100, 10,000 and 100,000 policies. Warm: the caller was seen before on this snapshot. Cold:
 * the first request of a caller to a server after a change of configuration. The sizes take turns, so that a busy machine
 * slows all of them; the limit is on the ratio.
 */
import { cpus } from 'node:os';
import { accessByPolicy, subjectsOf } from '#libs/auth';
import type { ConfigPolicy } from '#libs/contract';
import { PolicyIndex } from '#libs/snapshot';

const SIZES = [100, 10_000, 100_000];
const ROUNDS = 31;
const DECISIONS = 20_000;
const CALLERS = 50;
const LIMIT_RATIO = 2;

const policy = (i: number, more: Partial<ConfigPolicy>): ConfigPolicy => ({
  name: `policy-${i}`,
  effect: 'allow',
  subjects: [`user:user-${i}@example.com`],
  servers: [`mcp-${i}`],
  tools: null,
  methods: null,
  gateways: null,
  revision: 1,
  ...more,
});

/** The 50 callers' own policies, the same at every size, and as many others as the size asks for. */
function* policies(size: number): Generator<ConfigPolicy> {
  yield policy(0, { name: 'everybody', subjects: ['authenticated'], servers: ['mcp-*'], tools: ['get_*'] });
  yield policy(0, {
    name: 'never',
    effect: 'deny',
    subjects: ['authenticated'],
    servers: ['*'],
    tools: ['delete_*'],
  });
  for (let i = 0; i < size - 2; i++) {
    const group = `group:group-${i}`;
    yield policy(i, {
      subjects: i < CALLERS ? [`user:user-${i}@example.com`, group] : [group],
      servers: [`mcp-${i}`, `mcp-${i}-*`],
    });
  }
}

const callers = Array.from({ length: CALLERS }, (_, i) => ({
  subjects: subjectsOf({ user: `user-${i}@example.com`, groups: [`group-${i}`, 'staff', 'emea'] }),
  server: `mcp-${i}`,
}));
const operation = { method: 'tools/call', tool: 'get_calendar_events' };

function decideAll(index: PolicyIndex, times: number): void {
  for (let i = 0; i < times; i++) {
    const { subjects, server } = callers[i % CALLERS]!;
    if (!accessByPolicy(index, subjects, server, 'aws').decide(operation).allowed) throw new Error('denied');
  }
}

/** Nanoseconds per call. */
function timed(calls: number, work: () => void): number {
  const begun = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - begun) / calls;
}

/** The index after a change of one policy: nothing that was decided before is remembered. */
function changed(index: PolicyIndex, i: number): PolicyIndex {
  const draft = index.draft();
  draft.add(policy(i, { name: `new-${i}`, subjects: ['group:nobody'] }));
  return draft.finish();
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;
const indexes = SIZES.map((size) => PolicyIndex.of(policies(size)));
const warm: number[][] = SIZES.map(() => []);
const cold: number[][] = SIZES.map(() => []);

for (let i = 0; i < ROUNDS; i++) {
  indexes.forEach((index, size) => {
    warm[size]!.push(timed(DECISIONS, () => decideAll(index, DECISIONS)));
    const fresh = Array.from({ length: 20 }, (_, n) => changed(index, n));
    cold[size]!.push(timed(20 * CALLERS, () => fresh.forEach((each) => decideAll(each, CALLERS))));
  });
}

const figures = SIZES.map((size, i) => ({
  policies: size,
  warmNs: Math.round(median(warm[i]!)),
  coldNs: Math.round(median(cold[i]!)),
}));
const [least, most] = [figures[0]!, figures.at(-1)!];
const ratio = (a: number, b: number): number => Math.round((a / b) * 100) / 100;
const ratios = { warm: ratio(most.warmNs, least.warmNs), cold: ratio(most.coldNs, least.coldNs) };
const result = {
  what: 'a policy decision with few and with many policies',
  node: process.version,
  cores: cpus().length,
  limitRatio: LIMIT_RATIO,
  figures,
  ratioOfMostToFewest: ratios,
  ok: ratios.warm <= LIMIT_RATIO && ratios.cold <= LIMIT_RATIO,
};
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
if (!result.ok) process.exitCode = 1;
