/**
 * What reading the envelope of a message costs, beside `JSON.parse` of the same bytes: processor time of one core, garbage
 * collection included. What the request path asks of every envelope is part of it. Each figure is the median of several
 * rounds; the two take turns, so that a busy machine slows both. The limit is on the ratio for small messages.
 */
import { cpus } from 'node:os';
import { type Envelope, scanEnvelope } from '#libs/envelope';

const ROUNDS = 21;
const ROUND_MS = 60;
const SMALL_BYTES = 512;
const LIMIT_RATIO = 1.25;

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

/** Nanoseconds per call, over one round. */
function round(work: () => unknown): number {
  let calls = 0;
  const begun = spent();
  let now = begun;
  while (now < begun + ROUND_MS * 1000) {
    for (let i = 0; i < 100; i++) kept = work();
    calls += 100;
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

const cases = Object.entries(CASES).map(([name, bytes]) => [name, compare(bytes)] as const);
const result = {
  what: 'the strict scan of an envelope beside JSON.parse of the same bytes; processor time of one core',
  node: process.version,
  cores: cpus().length,
  limitRatioOfSmallMessages: LIMIT_RATIO,
  cases: Object.fromEntries(cases),
  seen: typeof kept,
};
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
if (cases.some(([, { bytes, ratio }]) => bytes < SMALL_BYTES && ratio > LIMIT_RATIO)) process.exitCode = 1;
