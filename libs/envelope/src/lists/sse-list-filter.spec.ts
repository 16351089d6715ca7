import { describe, expect, it } from 'vitest';
import { WITHOUT_RM } from '../../../../test/support/lists/restricted-view.js';
import { EnvelopeError, SseListFilter, SsePosition } from '../index.js';

const NEWS = '{"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"a:b"}}';
const BEFORE = '{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"rm"},{"name":"get"}]}}';
const AFTER = '{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"get"}]}}';

function run(chunks: Buffer[], limit?: number): string {
  const filter = new SseListFilter(WITHOUT_RM, limit);
  return Buffer.concat([...chunks.flatMap((chunk) => filter.push(chunk)), filter.flush()]).toString();
}
const filtered = (text: string): string => run([Buffer.from(text)]);

describe('SseListFilter', () => {
  it.each([
    ['LF', `id: 1\nevent: message\ndata: ${BEFORE}\n\n`, `id: 1\nevent: message\ndata: ${AFTER}\n\n`],
    ['CRLF', `data: ${BEFORE}\r\nid: 1\r\n\r\n`, `data: ${AFTER}\r\nid: 1\r\n\r\n`],
    ['CR', `retry: 5\rdata: ${BEFORE}\r\r`, `retry: 5\rdata: ${AFTER}\r\r`],
    ['mixed ends', `: hi\rdata:${BEFORE}\n\r\n`, `: hi\rdata: ${AFTER}\n\r\n`],
    [
      'a CR in front of an empty line of LF',
      'data:{"result":\rdata:{"tools":[{"name":"rm"}]}}\n\n',
      'data: {"result":\rdata: {"tools":[]}}\r\n\n',
    ],
    ['no end at all', `data: ${BEFORE}`, `data: ${AFTER}\n`],
    ['a byte order mark', `\ufeffdata: ${BEFORE}\n\n`, `data: ${AFTER}\n\n`],
  ])('filters an event with %s', (_, before, after) => {
    expect(filtered(before)).toBe(after);
  });

  it('filters data that is spread over lines and other fields', () => {
    const head = '{"result":';
    const tail = '{"tools":[{"name":"rm"}]}}';
    expect(filtered(`data: ${head}\nid: 7\ndata: ${tail}\n: c\n\n`)).toBe(
      `data: ${head}\ndata: {"tools":[]}}\nid: 7\n: c\n\n`,
    );
  });

  it.each([
    ['a priming event', 'id: 3\nretry: 100\ndata:\n\n'],
    ['a data field without a colon', 'data\n\n'],
    ['comments between events', ': keepalive\n\n: keepalive\n\n'],
    ['an allowed list in its own spacing', 'data:  { "result" : {"tools":[ {"name":"get"} ]} }\nid:1\n\n'],
    ['several lines of data with nothing to cut', 'data: {"a":\ndata:1}\r\n\r\n'],
    ['text that is not a message', 'event: ping\ndata: now\n\n'],
    ['fields that only begin like data', 'data2: x\ndatab\n\n'],
  ])('passes the original bytes of %s', (_, text) => {
    expect(filtered(text)).toBe(text);
  });

  it.each([
    ['with an id', `event: message\nid: 7\ndata: ${NEWS}\n\n`, 'id: 7\ndata:\n\n'],
    ['with a time to wait', `: c\r\nretry: 50\r\ndata: ${NEWS}\r\n\r\n`, 'retry: 50\r\ndata:\r\n\r\n'],
    ['over several lines', `id\rdata: ${NEWS.replace(',', ',\rdata:')}\r\r`, 'id\rdata:\r\r'],
    ['with neither', `event: message\ndata: ${NEWS}\n\n`, ''],
    ['that is cut off', `data: ${NEWS}\nid: 7`, ''],
  ])('keeps what resuming needs of an event that it drops, %s', (_, before, after) => {
    expect(filtered(before)).toBe(after);
    expect(filtered(`data: ${BEFORE}\n\n${before}`)).toBe(`data: ${AFTER}\n\n${after}`);
  });

  it.each([
    ['that is dropped', `data: ${NEWS}\r\n\r`, ''],
    ['that keeps its id', `id: 7\r\ndata: ${NEWS}\r\n\r`, 'id: 7\r\ndata:\r\n\r\n'],
  ])('leaves no stray line feed where a CRLF is split at the end of an event %s', (_, first, left) => {
    expect(run([Buffer.from(first), Buffer.from('\n: c\r\n\r\n')])).toBe(`${left}: c\r\n\r\n`);
  });

  it('sends on an event as soon as its empty line is there', () => {
    const filter = new SseListFilter(WITHOUT_RM);
    expect(Buffer.concat(filter.push(Buffer.from(': a\r\n\r'))).toString()).toBe(': a\r\n\r');
    expect(Buffer.concat(filter.push(Buffer.from('\n: b'))).toString()).toBe('\n');
    expect(Buffer.concat(filter.push(Buffer.from('\r\r'))).toString()).toBe(': b\r\r');
  });
});

const kindOf = (chunks: string[], limit?: number): string => {
  try {
    return run(
      chunks.map((text) => Buffer.from(text)),
      limit,
    );
  } catch (error) {
    return error instanceof EnvelopeError ? error.kind : String(error);
  }
};

describe('SseListFilter in mid-stream', () => {
  const ends = ['\n', '\r', '\r\n'];
  const separators = ends
    .flatMap((first) => ends.map((second) => first + second))
    .filter((s) => s !== '\r\n');

  it.each(separators.map((separator) => [separator]))('begins behind an event that %j ends', (separator) => {
    const event = `data: ${BEFORE}${separator}`;
    const position = new SsePosition();
    position.note(Buffer.from('dat'));
    const filter = new SseListFilter(WITHOUT_RM);
    const sut = position.fromNextEvent({ push: (chunk) => filter.push(chunk), end: () => [filter.flush()] });
    const out = [...sut.push(Buffer.from(event.slice(3) + event + event)), ...sut.end()];
    const left = `data: ${AFTER}${separator}`;
    expect(Buffer.concat(out).toString()).toBe(event.slice(3) + left + left);
  });
});

describe('SseListFilter refuses', () => {
  it.each([
    ['an event that grows beyond the limit', ['data: {', 'aaaaaaaaaaaaaaa'], 'too_large'],
    ['one chunk beyond the limit', ['data: {aaaaaaaaaaaaaaa}\n\n'], 'too_large'],
    ['a list in broken JSON', ['data: {"a":}\n\n'], 'unreadable'],
    ['a byte order mark inside of the stream', [': c\n\n', '\ufeffdata: 1\n\n'], 'unreadable'],
    ['a byte order mark inside of an event', ['id: 1\n\ufeffdata: 1\n\n'], 'unreadable'],
    ['a list behind a byte order mark in the data', ['data: \ufeff{}\n\n'], 'unreadable'],
  ])('%s', (_, chunks, kind) => {
    expect(kindOf(chunks, 20)).toBe(kind);
  });

  it('nothing for many small events that exceed the limit together only', () => {
    const text = ': 0123456789\n\n'.repeat(10);
    expect(kindOf([text], 20)).toBe(text);
  });
});
