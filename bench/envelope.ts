/**
 * What reading the envelope of a message costs, beside `JSON.parse` of the same bytes. Each figure is the median of
 * several rounds; the two take turns, so that a busy machine slows both.
 */
import { cpus } from 'node:os';
import { scanEnvelope } from '#libs/envelope';

const ROUNDS = 15;
const ROUND_MS = 60;

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

/** Nanoseconds per call, over one round. */
function round(work: () => unknown): number {
  let calls = 0;
  const begun = process.hrtime.bigint();
  const end = begun + BigInt(ROUND_MS * 1e6);
  let now = begun;
  while (now < end) {
    for (let i = 0; i < 50; i++) kept = work();
    calls += 50;
    now = process.hrtime.bigint();
  }
  return Number(now - begun) / calls;
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;

function compare(bytes: Buffer) {
  const scan: number[] = [];
  const parse: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    scan.push(round(() => scanEnvelope(bytes)));
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

const cases = Object.fromEntries(Object.entries(CASES).map(([name, bytes]) => [name, compare(bytes)]));
const result = {
  what: 'the strict scan of an envelope beside JSON.parse of the same bytes',
  node: process.version,
  cores: cpus().length,
  cases,
  seen: typeof kept,
};
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
