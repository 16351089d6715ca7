import { describe, expect, it } from 'vitest';
import { WITHOUT_RM } from '../../../test/support/lists/restricted-view.js';
import { cpuMs } from '../../../test/support/cpu-time.js';
import { EnvelopeError, filterMessages, scanEnvelope, SseListFilter, watchResult } from './index.js';

const MIB = 1024 * 1024;

const repeated = (text: string, bytes = 4 * MIB - 200): string =>
  text.repeat(Math.floor(bytes / Buffer.byteLength(text)));
const manyKeys = Array.from({ length: 471_000 }, (_, i) => `"${i.toString(36)}":1,`)
  .join('')
  .slice(0, 4 * MIB - 200)
  .replace(/[^,]*$/, '');

const chunksOf = (bytes: Buffer, size: number): Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));

const filterEventsBy = (chunkBytes: number) => (bytes: Buffer) => {
  const filter = new SseListFilter(WITHOUT_RM);
  for (const chunk of chunksOf(bytes, chunkBytes)) filter.push(chunk);
  filter.flush();
};
const watchBy = (type: string, chunkBytes: number) => (bytes: Buffer) => {
  const watcher = watchResult(type, () => undefined);
  for (const chunk of chunksOf(bytes, chunkBytes)) watcher.push(chunk);
};

const READERS = {
  scanEnvelope: (bytes: Buffer) => void scanEnvelope(bytes),
  filterMessages: (bytes: Buffer) => void filterMessages(bytes, WITHOUT_RM),
  SseListFilter: filterEventsBy(64 * 1024),
  'SseListFilter in chunks of one byte': filterEventsBy(1),
  'the watcher of events': watchBy('text/event-stream', 64 * 1024),
  'the watcher of JSON': watchBy('application/json', 64 * 1024),
  'the watcher of JSON in chunks of one byte': watchBy('application/json', 1),
};

const listOf = (item: string): string => `{"id":1,"result":{"tools":[${repeated(item)}{"name":"rm"}]}}`;
const callWith = (params: string): string =>
  `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{${params}}}`;
const LIST = '{"id":1,"result":{"tools":[{"name":"a"},{"name":"rm"}]}}';
const NEWS = '{"method":"notifications/resources/updated"}';
const batchOf = (count: number, message: string): string => `[${NEWS},${`${message},`.repeat(count - 2)}1]`;

const LINES = 'too_large: an event has more than 100000 lines';
const BATCH = 'too_large: a batch has more than 1000 messages';
const keysIn = (place: string): string => `invalid: more than 1000 unknown keys in ${place}`;

/** An input of 4 MiB, if nothing else is said; its verdict; and ten times the milliseconds that a slow machine takes. */
const CASES: [
  input: string,
  reader: keyof typeof READERS,
  text: () => string,
  verdict: string,
  maxMs: number,
][] = [
  ['an event of lines "a"', 'SseListFilter', () => repeated('a\n'), LINES, 300],
  ['an event of lines of data', 'SseListFilter', () => repeated('data:1\n'), LINES, 200],
  ['an event of 100,000 lines of data', 'SseListFilter', () => eventOfLines(99_999), 'fine', 1500],
  ['empty lines', 'SseListFilter', () => repeated('\n'), 'fine', 7000],
  ['small events', 'SseListFilter', () => repeated('data:[]\n\n'), 'fine', 3500],
  [
    'an event of one line',
    'SseListFilter in chunks of one byte',
    () => `data: ${repeated('x', MIB)}\n\n`,
    'fine',
    6000,
  ],
  ['a batch of 50,000 lists', 'filterMessages', () => batchOf(50_000, LIST), BATCH, 250],
  [
    'a batch of 1,000 lists of which all shrink',
    'filterMessages',
    () => batchOf(1000, bigList),
    'fine',
    3500,
  ],
  ['a batch of numbers', 'filterMessages', () => `[${repeated('1,')}1]`, BATCH, 50],
  ['a list of visible items', 'filterMessages', () => listOf('{"name":"a"},'), 'fine', 3000],
  ['a list of hidden items', 'filterMessages', () => listOf('{"name":"rm"},'), 'fine', 2000],
  ['a list of numbers', 'filterMessages', () => listOf('1,'), 'fine', 1000],
  ['an item of keys that are escaped', 'filterMessages', () => listOf('{"\\u0061":1},'), 'fine', 3500],
  [
    'an item with a long name',
    'filterMessages',
    () => listOf(`{"name":"${repeated('\\u0061', 2 * MIB)}"},`),
    'fine',
    500,
  ],
  [
    'a result of many keys',
    'filterMessages',
    () => `{"result":{${repeated('"aaaaa":1,')}"b":1}}`,
    'fine',
    2000,
  ],
  [
    'a result of keys that are not ASCII',
    'filterMessages',
    () => `{"result":{${repeated('"é":1,')}"b":1}}`,
    'fine',
    2500,
  ],
  [
    'a message of 471,000 keys',
    'scanEnvelope',
    () => `{${manyKeys}"jsonrpc":"2.0"}`,
    keysIn('the message'),
    50,
  ],
  ['params of 471,000 keys', 'scanEnvelope', () => callWith(`${manyKeys}"x":1`), keysIn('params'), 50],
  [
    '_meta of 471,000 keys',
    'scanEnvelope',
    () => callWith(`"_meta":{${manyKeys}"x":1}`),
    keysIn('params._meta'),
    50,
  ],
  [
    'arguments of 471,000 keys',
    'scanEnvelope',
    () => callWith(`"arguments":{${manyKeys}"x":1}`),
    'fine',
    400,
  ],
  [
    'arguments of empty arrays',
    'scanEnvelope',
    () => callWith(`"arguments":[${repeated('[],')}1]`),
    'fine',
    500,
  ],
  ['arguments of escapes', 'scanEnvelope', () => callWith(`"arguments":"${repeated('\\n')}"`), 'fine', 300],
  [
    'arguments that are not ASCII',
    'scanEnvelope',
    () => callWith(`"arguments":"${repeated('é')}"`),
    'fine',
    100,
  ],
  ['a long key of escapes', 'scanEnvelope', () => callWith(`"${repeated('\\u006b')}":1`), 'fine', 300],
  [
    'a long key that grows when it is folded',
    'scanEnvelope',
    () => callWith(`"${repeated('ŉ')}":1`),
    'fine',
    1500,
  ],
  [
    'white space',
    'scanEnvelope',
    () => `{${repeated(' ')}"jsonrpc":"2.0","method":"ping","id":1}`,
    'fine',
    100,
  ],
  ['brackets', 'scanEnvelope', () => repeated('['), 'batch: a JSON array', 50],
  ['lines "a"', 'the watcher of events', () => repeated('a\n'), 'fine', 1200],
  ['lines of data', 'the watcher of events', () => repeated('data:1\n'), 'fine', 1500],
  ['small events', 'the watcher of events', () => repeated('data:[]\n\n'), 'fine', 1500],
  ['a long text', 'the watcher of JSON', () => `{"result":{"text":"${repeated('abc')}"}}`, 'fine', 20],
  ['a text of quotes', 'the watcher of JSON', () => `{"result":{"text":"${repeated('\\"')}"}}`, 'fine', 300],
  [
    'a text of backslashes',
    'the watcher of JSON',
    () => `{"result":{"text":"${repeated('\\\\')}"}}`,
    'fine',
    300,
  ],
  ['numbers', 'the watcher of JSON', () => `{"result":{"rows":[${repeated('1.5,')}1]}}`, 'fine', 500],
  ['brackets', 'the watcher of JSON', () => repeated('['), 'fine', 500],
  [
    'a result of keys that are escaped',
    'the watcher of JSON',
    () => `{"result":{${repeated('"\\u0061":1,')}"b":1}}`,
    'fine',
    2000,
  ],
  [
    'a list of numbers',
    'the watcher of JSON in chunks of one byte',
    () => listOf('1,').slice(0, MIB),
    'fine',
    4000,
  ],
];

const bigList = `{"id":1,"result":{"tools":[${'{"name":"a"},'.repeat(300)}{"name":"rm"}]}}`;

function eventOfLines(count: number): string {
  const last = 'data:{"name":"rm"}]}}\n\n';
  return `data:{"result":{"tools":[\n${'data:{"name":"a","x":"0123456"},\n'.repeat(count - 2)}${last}`;
}

/** What is wrong with the input, or `fine`. */
function verdictOf(work: () => void): string {
  try {
    work();
    return 'fine';
  } catch (error) {
    if (error instanceof EnvelopeError) return error.message;
    throw error;
  }
}

describe('Large input is read, or refused, in little time', () => {
  it.each(CASES)('%s, by %s', (_, reader, text, expected, maxMs) => {
    const bytes = Buffer.from(text());
    let verdict = '';
    const spent = cpuMs(() => (verdict = verdictOf(() => READERS[reader](bytes))));
    expect(verdict).toBe(expected);
    expect(spent).toBeLessThan(maxMs);
  });
});
