import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holds, PATIENTLY } from '../../../../test/support/holds.js';
import {
  cut,
  eventEnds,
  hasMessage,
  isBetweenEvents,
  places,
  readEvents,
} from '../../../../test/support/sse/sse-reference.js';
import { FirstMessage, SsePosition } from '../index.js';
import { SseEvents } from './events.js';

/** Streams of every mix of line ends, in latin1 so that a character is a byte. */
const piece = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('\r', '\n', '\r\n') },
  fc.constantFrom('data: a', 'data:', 'data', 'data:  ', 'dat', ': c', 'id: 1', 'event: x', 'a', 'é'),
);
const stream = fc.array(piece, { maxLength: 16 }).map((pieces) => pieces.join(''));
const MARK = Buffer.from('\ufeff').toString('latin1');
const markedStream = fc
  .tuple(fc.constantFrom('', MARK, MARK.slice(0, 2), MARK + MARK), stream)
  .map(([mark, text]) => mark + text);

const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1');
const textOf = (parts: readonly Buffer[]): string => Buffer.concat(parts).toString('latin1');
/** As the reference takes it, which knows the mark as a character. */
const marked = (text: string): string => text.replace(MARK, '\ufeff');

/** The text in its chunks, and what came before each. */
function chunksOf(text: string, at: readonly number[]): { chunk: Buffer; before: string }[] {
  let before = '';
  return cut(bytesOf(text), at).map((chunk) => {
    const one = { chunk, before };
    before += chunk.toString('latin1');
    return one;
  });
}

describe('Readers of event streams, against a reference', PATIENTLY, () => {
  it('cuts a stream into its events, wherever chunks are split', () => {
    holds(
      3000,
      fc.property(markedStream, places, (text, at) => {
        const sut = new SseEvents(1000);
        const pieces = cut(bytesOf(text), at).flatMap((chunk) => sut.push(chunk));
        const rest = sut.flush();
        expect(textOf([...pieces, rest])).toBe(text);
        // The LF of a CRLF that was split comes by itself, and belongs to what came before.
        const whole = pieces
          .map((one) => one.toString('latin1'))
          .join('|')
          .replaceAll('\r|\n', '\r\n');
        const ends = [0, ...eventEnds(marked(text)).map((end) => end + text.length - marked(text).length)];
        expect(whole).toBe(
          ends
            .slice(1)
            .map((end, i) => text.slice(ends[i], end))
            .join('|'),
        );
      }),
    );
  });

  it('knows at each place whether it is between two events', () => {
    holds(
      3000,
      fc.property(stream, places, (text, at) => {
        const sut = new SsePosition();
        for (const { chunk, before } of chunksOf(text, at)) {
          expect(sut.isBetweenEvents).toBe(isBetweenEvents(before));
          sut.note(chunk);
        }
        expect(sut.isBetweenEvents).toBe(isBetweenEvents(text));
      }),
    );
  });

  it('appends an event that stands alone, and makes no message of the one that it cuts off', () => {
    holds(
      3000,
      fc.property(stream, places, (text, at) => {
        const sut = new SsePosition();
        for (const { chunk } of chunksOf(text, at)) sut.note(chunk);
        const messages = readEvents(`${text}${sut.separator()}data: end\n\n`).filter(
          ({ type, data }) => type !== 'truncated' && data !== null,
        );
        const before = readEvents(text).filter(({ data }) => data !== null);
        expect(messages).toEqual([...before, { id: undefined, retry: undefined, type: null, data: 'end' }]);
      }),
    );
  });

  it('hands over to a transform where the event ends that is under way', () => {
    holds(
      3000,
      fc.property(stream, stream, places, (before, after, at) => {
        const position = new SsePosition();
        position.note(bytesOf(before));
        const given: Buffer[] = [];
        const sut = position.fromNextEvent({
          push: (chunk) => (given.push(chunk), [Buffer.from('*')]),
          end: () => [],
        });
        const passed = cut(bytesOf(after), at)
          .flatMap((chunk) => [...sut.push(chunk)])
          .filter((one) => !one.equals(Buffer.from('*')));
        expect(textOf([...passed, ...given])).toBe(after);
        const whole = before + after;
        const from = isBetweenEvents(before)
          ? before.length
          : (eventEnds(whole).find((end) => end > before.length) ?? whole.length);
        const rest = whole.slice(from);
        // The LF of a CRLF that was split is handed over: it changes nothing, being an empty line.
        expect([rest, `\n${rest}`]).toContain(textOf(given));
      }),
    );
  });

  it('sees the first message as soon as its data begins', () => {
    holds(
      3000,
      fc.property(markedStream, places, (text, at) => {
        const sut = new FirstMessage();
        for (const { chunk, before } of chunksOf(text, at)) {
          expect(sut.hasBegun).toBe(hasMessage(marked(before)));
          sut.note(chunk);
        }
        expect(sut.hasBegun).toBe(hasMessage(marked(text)));
      }),
    );
  });
});
