import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holds, PATIENTLY } from '../../../../test/support/holds.js';
import { spelling, write } from '../../../../test/support/json/json-tree.js';
import { listBody, listView } from '../../../../test/support/lists/list-bodies.js';
import { visibleBody } from '../../../../test/support/lists/list-reference.js';
import {
  cut,
  eventEnds,
  isBetweenEvents,
  lineEnd,
  places,
  type ReadEvent,
  readEvents,
} from '../../../../test/support/sse/sse-reference.js';
import { type ListView, SseListFilter, SsePosition } from '../index.js';

interface Event {
  /** The lines without data, in order. */
  fields: string[];
  /** JSON text, or text that is not a message; null if there is no data. */
  data: string | null;
  /** The ends of its lines, in turn. */
  ends: string[];
}

const field = fc.constantFrom('id: 7', 'id', 'retry: 100', 'event: message', ': comment', 'other: x', '');
const event: fc.Arbitrary<Event> = fc.record({
  fields: fc.uniqueArray(field, { maxLength: 3 }).map((fields) => fields.filter((line) => line !== '')),
  data: fc.oneof(
    { weight: 6, arbitrary: fc.tuple(listBody, spelling).map(([body, how]) => write(body, how)) },
    fc.constantFrom(null, '', 'now', ' pong'),
  ),
  ends: fc.array(lineEnd, { minLength: 1, maxLength: 4 }),
});

/** White space of JSON that ends lines becomes several lines of data, which readers put together again. */
function written({ fields, data, ends }: Event): string {
  const lines = data === null ? [] : data.split(/\r\n|\r|\n/).map((line) => `data: ${line}`);
  const all = [...fields.slice(0, 1), ...lines, ...fields.slice(1)];
  const text = all.map((line, index) => line + ends[index % ends.length]!).join('');
  const emptyLine = ends[all.length % ends.length]!;
  return text + (text.endsWith('\r') && emptyLine === '\n' ? '\r' : emptyLine);
}

const parsed = (data: string | null): unknown =>
  data !== null && /^\s*[[{]/.test(data) ? JSON.parse(data) : data;

/** The event as the caller may see it, or null if nothing of it is left. */
function visible(given: ReadEvent, view: ListView) {
  const before = parsed(given.data);
  const data = typeof before === 'object' && before !== null ? visibleBody(before, view) : before;
  if (data !== undefined) return { ...given, data };
  return given.id === undefined && given.retry === undefined ? null : { ...given, type: null, data: '' };
}

function filtered(chunks: Buffer[], view: ListView): Buffer {
  const filter = new SseListFilter(view);
  return Buffer.concat([...chunks.flatMap((chunk) => filter.push(chunk)), filter.flush()]);
}

/** What goes on of the chunks that come behind `from`, if the filter begins only there. */
function filteredFrom(from: number, chunks: Buffer[], view: ListView, stream: Buffer): Buffer {
  const position = new SsePosition();
  position.note(stream.subarray(0, from));
  const filter = new SseListFilter(view);
  const sut = position.fromNextEvent({ push: (chunk) => filter.push(chunk), end: () => [filter.flush()] });
  return Buffer.concat([...chunks.flatMap((chunk) => sut.push(chunk)), ...sut.end()]);
}

/** Where the event ends that is under way at this place. */
function endOfEventAt(stream: Buffer, from: number): number {
  if (isBetweenEvents(stream.toString('latin1', 0, from))) return from;
  return eventEnds(stream.toString('latin1')).find((end) => end > from) ?? stream.length;
}

describe('SseListFilter, against a reference', PATIENTLY, () => {
  it('keeps of each event exactly what the caller may see, and what resuming needs', () => {
    holds(
      1500,
      fc.property(fc.array(event, { maxLength: 4 }), listView, (events, view) => {
        const stream = events.map(written).join('');
        const left = readEvents(filtered([Buffer.from(stream)], view).toString());
        const expected = readEvents(stream).map((one) => visible(one, view));
        expect(left.map((one) => ({ ...one, data: parsed(one.data) }))).toEqual(
          expected.filter((e) => e !== null),
        );
      }),
    );
  });

  it('does the same wherever the chunks are split', () => {
    holds(
      1500,
      fc.property(fc.array(event, { maxLength: 4 }), listView, places, (events, view, at) => {
        const stream = Buffer.from(events.map(written).join(''));
        const whole = filtered([stream], view).toString();
        expect(filtered(cut(stream, at), view).toString()).toBe(whole);
      }),
    );
  });

  it('filters from the next event on if it begins in mid-stream, whatever ends the lines', () => {
    holds(
      1500,
      fc.property(
        fc.array(event, { minLength: 1, maxLength: 3 }),
        fc.nat(),
        listView,
        places,
        (events, place, view, at) => {
          const stream = Buffer.from(events.map(written).join(''));
          const from = place % (stream.length + 1);
          const begins = endOfEventAt(stream, from);
          const left = filteredFrom(from, cut(stream.subarray(from), at), view, stream);
          expect(left.subarray(0, begins - from).equals(stream.subarray(from, begins))).toBe(true);
          const expected = readEvents(stream.subarray(begins).toString()).map((one) => visible(one, view));
          const seen = readEvents(left.subarray(begins - from).toString());
          expect(seen.map((one) => ({ ...one, data: parsed(one.data) }))).toEqual(
            expected.filter((e) => e !== null),
          );
        },
      ),
    );
  });
});
