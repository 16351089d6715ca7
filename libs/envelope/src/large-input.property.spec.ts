import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WITHOUT_RM } from '../../../test/support/lists/restricted-view.js';
import { growth } from '../../../test/support/cpu-time.js';
import { holds, PATIENTLY } from '../../../test/support/holds.js';
import { EnvelopeError, filterMessages, scanEnvelope, SseListFilter, watchResult } from './index.js';

const SIZE = 16 * 1024;

/** Time for twice the size, at most. */
const LIMIT = 2.5;

const json = fc.constantFrom(
  '[],',
  '{},',
  '1,',
  '"a":1,',
  '"é":1,',
  '"\\u0061":1,',
  '"name":"rm",',
  '{"name":"rm"},',
  '{"name":"a"},',
  '{"result":{"tools":[{"name":"rm"}]}},',
  '{"result":{"tools":[],"cacheScope":"public"}},',
  '{"method":"notifications/resources/updated"},',
  '"',
  '\\',
  '\\"',
  '[',
  '{"a":',
  ' ',
  'abc',
);
const sse = fc.constantFrom(
  '\n',
  '\r',
  '\r\n',
  'a',
  'data:',
  'data: {"result":',
  ': c',
  'id: 1',
  'event: x',
  '\n\n',
  '[',
  '"',
);
const pattern = (fragment: fc.Arbitrary<string>) =>
  fc.array(fragment, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(''));

/** What stands around the pattern, so that it comes to every place at which something is read. */
const frame = fc.constantFrom<[string, string]>(
  ['', ''],
  ['[', '1]'],
  ['{', '"z":1}'],
  ['{"result":{', '"z":1}}'],
  ['{"result":{"tools":[', '1]}}'],
  ['{"result":{"tools":[{', '"z":1}]}}'],
  ['{"result":{"x":"', '"}}'],
  ['{"params":{"_meta":{', '"z":1}}}'],
  ['{"params":{"arguments":{"a":"', '"}}}'],
);

/** Many small chunks, and a large one. */
function chunksOf(bytes: Buffer): Buffer[] {
  const half = bytes.length >> 1;
  const small = Array.from({ length: Math.ceil(half / 512) }, (_, i) =>
    bytes.subarray(i * 512, Math.min((i + 1) * 512, half)),
  );
  return [...small, bytes.subarray(half)];
}

const READERS: Record<string, (bytes: Buffer) => void> = {
  scanEnvelope: (bytes) => void scanEnvelope(bytes),
  filterMessages: (bytes) => void filterMessages(bytes, WITHOUT_RM),
  SseListFilter: (bytes) => {
    const filter = new SseListFilter(WITHOUT_RM);
    for (const chunk of chunksOf(bytes)) filter.push(chunk);
    filter.flush();
  },
  'watchResult of JSON': (bytes) => watch('application/json', bytes),
  'watchResult of events': (bytes) => watch('text/event-stream', bytes),
};

function watch(type: string, bytes: Buffer): void {
  const watcher = watchResult(type, () => undefined);
  for (const chunk of chunksOf(bytes)) watcher.push(chunk);
}

/** The reader at work on the pattern, repeated up to this size; that it refuses is as good as that it reads. */
const reading = (reader: (bytes: Buffer) => void, [before, after]: [string, string], text: string) => {
  return (size: number) => {
    const bytes = Buffer.from(before + text.repeat(Math.ceil(size / text.length)) + after);
    return () => {
      try {
        reader(bytes);
      } catch (error) {
        if (!(error instanceof EnvelopeError)) throw error;
      }
    };
  };
};

describe('Time grows no faster than the size', PATIENTLY, () => {
  it.each(['scanEnvelope', 'filterMessages', 'watchResult of JSON'])('of JSON text, for %s', (name) => {
    holds(
      20,
      fc.property(frame, pattern(json), (around, text) => {
        expect(growth(reading(READERS[name]!, around, text), SIZE, LIMIT)).toBeLessThanOrEqual(LIMIT);
      }),
    );
  });

  it.each(['SseListFilter', 'watchResult of events'])('of a stream of events, for %s', (name) => {
    holds(
      20,
      fc.property(pattern(fc.oneof(sse, json)), (text) => {
        expect(growth(reading(READERS[name]!, ['', ''], text), SIZE, LIMIT)).toBeLessThanOrEqual(LIMIT);
      }),
    );
  });
});
