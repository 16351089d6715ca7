import { describe, expect, it } from 'vitest';
import { cpuMs } from '../../../test/support/cpu-time.js';
import {
  EnvelopeError,
  filterMessages,
  type ListView,
  scanEnvelope,
  SseListFilter,
  watchResult,
} from './index.js';

const MIB = 1024 * 1024;
const VIEW: ListView = {
  hides: (kind) => kind === 'tools',
  maySee: (_, name) => name !== 'rm',
  isPrivate: () => true,
  mayReadResources: false,
};

const repeated = (text: string, bytes = 4 * MIB - 200): string =>
  text.repeat(Math.floor(bytes / Buffer.byteLength(text)));
const manyKeys = Array.from({ length: 471_000 }, (_, i) => `"${i.toString(36)}":1,`)
  .join('')
  .slice(0, 4 * MIB - 200)
  .replace(/[^,]*$/, '');

const chunksOf = (bytes: Buffer, size: number): Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));

type Reader = (bytes: Buffer) => void;

const filterEventsBy = (chunkBytes: number) => (bytes: Buffer) => {
  const filter = new SseListFilter(VIEW);
  for (const chunk of chunksOf(bytes, chunkBytes)) filter.push(chunk);
  filter.flush();
};
const watchBy = (type: string, chunkBytes: number) => (bytes: Buffer) => {
  const watcher = watchResult(type, () => undefined);
  for (const chunk of chunksOf(bytes, chunkBytes)) watcher.push(chunk);
};

const scan: Reader = (bytes) => void scanEnvelope(bytes);
const filterBody: Reader = (bytes) => void filterMessages(bytes, VIEW);
const filterEvents = filterEventsBy(64 * 1024);
const watchEvents = watchBy('text/event-stream', 64 * 1024);
const watchBody = watchBy('application/json', 64 * 1024);

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
const CASES: [input: string, reader: Reader, text: () => string, verdict: string, maxMs: number][] = [
  ['an event of lines "a"', filterEvents, () => repeated('a\n'), LINES, 300],
  ['an event of lines of data', filterEvents, () => repeated('data:1\n'), LINES, 200],
  ['an event of 100,000 lines of data', filterEvents, () => eventOfLines(99_999), 'fine', 1500],
  ['empty lines', filterEvents, () => repeated('\n'), 'fine', 7000],
  ['small events', filterEvents, () => repeated('data:[]\n\n'), 'fine', 3500],
  [
    'an event in chunks of one byte',
    filterEventsBy(1),
    () => `data: ${repeated('x', MIB)}\n\n`,
    'fine',
    6000,
  ],
  ['a batch of 50,000 lists', filterBody, () => batchOf(50_000, LIST), BATCH, 250],
  ['a batch of 1,000 lists of which all shrink', filterBody, () => batchOf(1000, bigList), 'fine', 3500],
  ['a batch of numbers', filterBody, () => `[${repeated('1,')}1]`, BATCH, 50],
  ['a list of visible items', filterBody, () => listOf('{"name":"a"},'), 'fine', 3000],
  ['a list of hidden items', filterBody, () => listOf('{"name":"rm"},'), 'fine', 2000],
  ['a list of numbers', filterBody, () => listOf('1,'), 'fine', 1000],
  ['an item of keys that are escaped', filterBody, () => listOf('{"\\u0061":1},'), 'fine', 3500],
  [
    'an item with a long name',
    filterBody,
    () => listOf(`{"name":"${repeated('\\u0061', 2 * MIB)}"},`),
    'fine',
    500,
  ],
  ['a result of many keys', filterBody, () => `{"result":{${repeated('"aaaaa":1,')}"b":1}}`, 'fine', 2000],
  [
    'a result of keys that are not ASCII',
    filterBody,
    () => `{"result":{${repeated('"é":1,')}"b":1}}`,
    'fine',
    2500,
  ],
  ['a message of 471,000 keys', scan, () => `{${manyKeys}"jsonrpc":"2.0"}`, keysIn('the message'), 50],
  ['params of 471,000 keys', scan, () => callWith(`${manyKeys}"x":1`), keysIn('params'), 50],
  ['_meta of 471,000 keys', scan, () => callWith(`"_meta":{${manyKeys}"x":1}`), keysIn('params._meta'), 50],
  ['arguments of 471,000 keys', scan, () => callWith(`"arguments":{${manyKeys}"x":1}`), 'fine', 400],
  ['arguments of empty arrays', scan, () => callWith(`"arguments":[${repeated('[],')}1]`), 'fine', 500],
  ['arguments of escapes', scan, () => callWith(`"arguments":"${repeated('\\n')}"`), 'fine', 300],
  ['arguments that are not ASCII', scan, () => callWith(`"arguments":"${repeated('é')}"`), 'fine', 100],
  ['a long key of escapes', scan, () => callWith(`"${repeated('\\u006b')}":1`), 'fine', 300],
  ['a long key that grows when it is folded', scan, () => callWith(`"${repeated('ŉ')}":1`), 'fine', 1500],
  ['white space', scan, () => `{${repeated(' ')}"jsonrpc":"2.0","method":"ping","id":1}`, 'fine', 100],
  ['brackets', scan, () => repeated('['), 'batch: a JSON array', 50],
  ['lines "a"', watchEvents, () => repeated('a\n'), 'fine', 1200],
  ['lines of data', watchEvents, () => repeated('data:1\n'), 'fine', 1500],
  ['small events', watchEvents, () => repeated('data:[]\n\n'), 'fine', 1500],
  ['a long text', watchBody, () => `{"result":{"text":"${repeated('abc')}"}}`, 'fine', 20],
  ['a text of quotes', watchBody, () => `{"result":{"text":"${repeated('\\"')}"}}`, 'fine', 300],
  ['a text of backslashes', watchBody, () => `{"result":{"text":"${repeated('\\\\')}"}}`, 'fine', 300],
  ['numbers', watchBody, () => `{"result":{"rows":[${repeated('1.5,')}1]}}`, 'fine', 500],
  ['brackets', watchBody, () => repeated('['), 'fine', 500],
  [
    'a result of keys that are escaped',
    watchBody,
    () => `{"result":{${repeated('"\\u0061":1,')}"b":1}}`,
    'fine',
    2000,
  ],
  [
    'a message in chunks of one byte',
    watchBy('application/json', 1),
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
  it.each(CASES)('%s', (_, reader, text, expected, maxMs) => {
    const bytes = Buffer.from(text());
    let verdict = '';
    const spent = cpuMs(() => (verdict = verdictOf(() => reader(bytes))));
    expect(verdict).toBe(expected);
    expect(spent).toBeLessThan(maxMs);
  });
});
