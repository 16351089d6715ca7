/**
 * What reading messages costs: processor time of one core, garbage collection included.
 *
 * `cases`: the envelope of a request, beside `JSON.parse` of the same bytes. What the request path asks of every envelope is
 * part of it. Each figure is the median of several rounds; the two take turns, so that a busy machine slows both. The limit is
 * on the ratio for small messages.
 *
 * `results`: the watcher of an answer, in milliseconds per megabyte, with a limit for one long text. `events`: what reads a
 * stream of events of 200 bytes, in microseconds per event, each in a chunk of its own.
 */
import { cpus } from 'node:os';
import {
  type Envelope,
  type ListView,
  scanEnvelope,
  SseListFilter,
  SsePosition,
  watchResult,
} from '#libs/envelope';

const ROUNDS = 21;
const ROUND_MS = 60;
const SMALL_BYTES = 512;
const LIMIT_RATIO = 1.25;
const MEGABYTE = 1_000_000;
const CHUNK = 64 * 1024;
const LIMIT_TEXT_MS_PER_MB = 0.3;
const EVENTS = 1000;

const call = (params: object): Buffer =>
  Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 42, method: 'tools/call', params }));
const meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': { elicitation: {} },
  'io.modelcontextprotocol/clientInfo': { name: 'agent', version: '1.4.2' },
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
};
const target = { name: 'get_calendar_events', arguments: { from: '2026-02-06', days: 7 } };
const CASES: Record<string, Buffer> = {
  'legacy call': call(target),
  'modern call': call({ ...target, _meta: meta }),
  notification: Buffer.from('{"jsonrpc":"2.0","method":"notifications/initialized"}'),
  '64 KiB of text': call({ ...target, arguments: { text: 'lorem ipsum '.repeat(5461) } }),
  '64 KiB of numbers': call({
    ...target,
    arguments: { rows: Array.from({ length: 9362 }, (_, i) => i * 7.5) },
  }),
};

/** Keeps results observable, so that no work is optimised away. */
let kept: unknown;

/** Microseconds of processor time so far. */
function spent(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Nanoseconds per call, over one round of calls in groups of some. */
function round(work: () => unknown, group = 100): number {
  let calls = 0;
  const begun = spent();
  let now = begun;
  while (now < begun + ROUND_MS * 1000) {
    for (let i = 0; i < group; i++) kept = work();
    calls += group;
    now = spent();
  }
  return ((now - begun) * 1000) / calls;
}

/** What authorisation and routing look at. */
const read = ({ kind, method, name, era }: Envelope): unknown => kind === 'request' && [method, name, era];

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;

function compare(bytes: Buffer) {
  const scan: number[] = [];
  const parse: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    scan.push(round(() => read(scanEnvelope(bytes))));
    parse.push(round(() => JSON.parse(bytes.toString()) as unknown));
  }
  const [scanNs, parseNs] = [median(scan), median(parse)];
  return {
    bytes: bytes.length,
    scanNs: Math.round(scanNs),
    jsonParseNs: Math.round(parseNs),
    ratio: Math.round((scanNs / parseNs) * 100) / 100,
    scansPerSecond: Math.round(1e9 / scanNs),
  };
}

const result = (members: object): Buffer =>
  Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 42, result: members }));
const filled = (text: string): string => text.repeat(Math.ceil(MEGABYTE / text.length));
const row = {
  id: 7,
  name: 'Some name',
  tags: ['a', 'b'],
  price: 12.5,
  isOpen: true,
  place: { x: 1, y: null },
};
const rows = Array.from({ length: MEGABYTE / 100 }, () => row);
const RESULTS: Record<string, Buffer> = {
  'one long text': result({ content: [{ type: 'text', text: filled('Lorem ipsum dolor sit amet.\n') }] }),
  'a text of JSON': result({ content: [{ type: 'text', text: JSON.stringify(rows) }] }),
  'rows of members': result({ structuredContent: { rows } }),
  numbers: result({ structuredContent: { rows: Array.from({ length: MEGABYTE / 8 }, (_, i) => i * 7.5) } }),
};

/** Milliseconds per megabyte. */
function watchMs(bytes: Buffer): number {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += CHUNK) chunks.push(bytes.subarray(at, at + CHUNK));
  const watch = (): unknown => {
    const watcher = watchResult('application/json', () => undefined);
    for (const chunk of chunks) watcher.push(chunk);
    return watcher.answered;
  };
  const ns = median(Array.from({ length: ROUNDS }, () => round(watch, 1)));
  return rounded(ns / 1e6 / (bytes.length / MEGABYTE));
}

const EVENT = Buffer.from(
  `data: {"jsonrpc":"2.0","method":"notifications/message","params":"${'x'.repeat(120)}"}\n\n`,
);
const RESTRICTED: ListView = {
  hides: () => true,
  maySee: () => false,
  isPrivate: () => true,
  mayReadResources: true,
};
const EVENT_READERS: Record<string, () => (chunk: Buffer) => unknown> = {
  position: () => {
    const position = new SsePosition();
    return (chunk) => position.note(chunk);
  },
  watcher: () => {
    const watcher = watchResult('text/event-stream', () => undefined);
    return (chunk) => watcher.push(chunk);
  },
  'list filter': () => {
    const filter = new SseListFilter(RESTRICTED);
    return (chunk) => filter.push(chunk);
  },
};

/** Microseconds per event. */
function eventUs(reader: () => (chunk: Buffer) => unknown): number {
  const pass = (): unknown => {
    const push = reader();
    for (let i = 0; i < EVENTS; i++) kept = push(EVENT);
    return kept;
  };
  return rounded(median(Array.from({ length: ROUNDS }, () => round(pass, 1))) / EVENTS / 1000);
}

const rounded = (value: number): number => Math.round(value * 1000) / 1000;
const mapped = <A, B>(record: Record<string, A>, map: (one: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([name, one]) => [name, map(one)]));

const cases = mapped(CASES, compare);
const results = mapped(RESULTS, watchMs);
const report = {
  what: 'the strict scan of an envelope beside JSON.parse, and what reads answers; processor time of one core',
  node: process.version,
  cores: cpus().length,
  limitRatioOfSmallMessages: LIMIT_RATIO,
  cases,
  limitMsPerMegabyteOfText: LIMIT_TEXT_MS_PER_MB,
  results,
  events: mapped(EVENT_READERS, eventUs),
  seen: typeof kept,
};
process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
const isSlow = Object.values(cases).some(({ bytes, ratio }) => bytes < SMALL_BYTES && ratio > LIMIT_RATIO);
if (isSlow || results['one long text']! > LIMIT_TEXT_MS_PER_MB) process.exitCode = 1;
