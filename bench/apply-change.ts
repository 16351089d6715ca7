/**
 * What one change costs a gateway that holds 10,000 servers, 10,000 policies and 100,000 tokens: the time to apply it, the
 * longest time that the event loop was held up, and the memory. Prints JSON. The limit is on the thread's own CPU time, so
 * that what else runs on the machine does not count.
 */
import { createHash } from 'node:crypto';
import { cpus } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import type { ConfigChange, ConfigItem } from '#libs/contract';
import { applyChanges, type Snapshot, SnapshotBuilder } from '#libs/snapshot';

const SERVERS = 10_000;
const POLICIES = 10_000;
const TOKENS = 100_000;
const CHANGES = 300;
const LIMIT_MS = 20;

const raw = (kind: string, key: string, value: object): ConfigItem => ({
  kind,
  key,
  body: JSON.stringify(value),
});
const gateway = (name: string): ConfigItem =>
  raw('gateway', name, {
    name,
    url: `https://${name}.example.com`,
    hopUrl: null,
    labels: { cloud: name },
    revision: 1,
  });
const server = (name: string, handler: string, revision = 1): ConfigItem =>
  raw('server', name, {
    name,
    url: `http://${name}.internal:8080/mcp`,
    handlers: [{ gateway: handler, priority: 0 }],
    auth: { type: 'none' },
    timeouts: { connectMs: 3000, responseMs: 300_000, idleStreamMs: 300_000 },
    enabled: true,
    revision,
  });
const policy = (name: string, subjects: string[], servers: string[], revision = 1): ConfigItem =>
  raw('policy', name, {
    name,
    effect: 'allow',
    subjects,
    servers,
    tools: ['get_*', 'list_*', `${name}_tool`],
    methods: null,
    gateways: null,
    revision,
  });
const token = (hash: string, user: string, revision = 1): ConfigItem =>
  raw('token', hash, {
    id: `tok_${hash.slice(0, 12)}`,
    hash,
    user,
    scope: { servers: ['*'] },
    expiresAt: null,
    revision,
  });

const tokenHash = (i: number): string => createHash('sha256').update(`token ${i}`).digest('hex');

function* entities(): Generator<ConfigItem> {
  for (const name of ['aws', 'azure', 'onprem']) yield gateway(name);
  for (let i = 0; i < SERVERS; i++) yield server(`mcp-${i}`, ['aws', 'azure', 'onprem'][i % 3] ?? 'aws');
  for (let i = 0; i < POLICIES; i++) {
    const subjects = [`user:user-${i}@example.com`, `group:group-${i % 500}`];
    yield policy(`policy-${i}`, subjects, [`mcp-${i % SERVERS}`, `mcp-${i % 100}*`]);
  }
  for (let i = 0; i < TOKENS; i++) yield token(tokenHash(i), `user-${i % 20_000}@example.com`);
}

/** What held up the event loop longest: time between two turns of it, and CPU time of its thread in that time. */
interface Block {
  wallMs: number;
  cpuMs: number;
}

function watchLoop(): () => Block {
  const longest: Block = { wallMs: 0, cpuMs: 0 };
  let last = performance.now();
  let usage = process.threadCpuUsage();
  const turn = (): void => {
    longest.wallMs = Math.max(longest.wallMs, performance.now() - last - 1);
    longest.cpuMs = Math.max(longest.cpuMs, cpuMs(usage));
    last = performance.now();
    usage = process.threadCpuUsage();
  };
  const timer = setInterval(turn, 1);
  return () => {
    clearInterval(timer);
    turn();
    return { wallMs: round(longest.wallMs), cpuMs: round(longest.cpuMs) };
  };
}

const round = (ms: number): number => Math.round(ms * 100) / 100;
const megabytes = (bytes: number): number => Math.round(bytes / 1024 / 1024);
const quantile = (sorted: number[], q: number): number =>
  round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0);

async function load(): Promise<Snapshot> {
  const builder = new SnapshotBuilder();
  for (const entity of entities()) {
    builder.add(entity);
    await builder.pause();
  }
  return builder.finish({ epoch: 1, revision: 1 });
}

function change(i: number): ConfigChange {
  if (i % 3 === 0) return { op: 'put', ...server(`mcp-${i}`, 'aws', i + 2) };
  if (i % 3 === 1) return { op: 'put', ...policy(`policy-${i}`, ['authenticated'], ['mcp-*'], i + 2) };
  return { op: 'put', ...token(tokenHash(TOKENS + i), 'user-1@example.com', i + 2) };
}

const cpuMs = (since: NodeJS.CpuUsage): number => {
  const { user, system } = process.threadCpuUsage(since);
  return (user + system) / 1000;
};

/** Milliseconds per change, ascending. */
async function applyAll(from: Snapshot): Promise<number[]> {
  const times: number[] = [];
  let snapshot = from;
  for (let i = 0; i < CHANGES; i++) {
    const changes = [change(i)];
    const begun = performance.now();
    snapshot = applyChanges(snapshot, { epoch: 1, revision: snapshot.revision + 1, changes });
    times.push(performance.now() - begun);
    await setTimeout(1);
  }
  return times.sort((a, b) => a - b);
}

const loadGap = watchLoop();
const begun = performance.now();
const snapshot = await load();
const loadMs = round(performance.now() - begun);
const loadBlock = loadGap();
await setTimeout(200);

const applyGap = watchLoop();
const times = await applyAll(snapshot);
const applyBlock = applyGap();

const result = {
  what: 'one change applied to a gateway with 10,000 servers, 10,000 policies and 100,000 tokens',
  node: process.version,
  cores: cpus().length,
  limitMs: LIMIT_MS,
  apply: {
    changes: CHANGES,
    p50Ms: quantile(times, 0.5),
    p99Ms: quantile(times, 0.99),
    maxMs: quantile(times, 1),
  },
  longestBlock: { whileApplying: applyBlock, whileLoading: loadBlock },
  fullLoadMs: loadMs,
  rssMegabytes: megabytes(process.memoryUsage.rss()),
  heapMegabytes: megabytes(process.memoryUsage().heapUsed),
  ok: applyBlock.cpuMs <= LIMIT_MS,
};
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
if (!result.ok) process.exitCode = 1;
