import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holds, PATIENTLY } from '../../../test/support/holds.js';
import { spelling, write } from '../../../test/support/json/json-tree.js';
import { listBody, listView } from '../../../test/support/lists/list-bodies.js';
import { visibleBody } from '../../../test/support/lists/list-reference.js';
import { type ListView, SseListFilter } from './index.js';

interface Event {
  /** Lines that are no data, in order. */
  fields: string[];
  /** JSON text, or text that is no message; null: no data. */
  data: string | null;
  end: string;
}

const field = fc.constantFrom('id: 7', 'id', 'retry: 100', 'event: message', ': comment', 'other: x', '');
const event: fc.Arbitrary<Event> = fc.record({
  fields: fc.uniqueArray(field, { maxLength: 3 }).map((fields) => fields.filter((line) => line !== '')),
  data: fc.oneof(
    { weight: 6, arbitrary: fc.tuple(listBody, spelling).map(([body, how]) => write(body, how)) },
    fc.constantFrom(null, '', 'now', ' pong'),
  ),
  end: fc.constantFrom('\n', '\r\n', '\r'),
});

/** White space of JSON that ends lines becomes several lines of data, which readers put together again. */
function written({ fields, data, end }: Event): string {
  const lines = data === null ? [] : data.split(/\r\n|\r|\n/).map((line) => `data: ${line}`);
  return [...fields.slice(0, 1), ...lines, ...fields.slice(1)].map((line) => line + end).join('') + end;
}

/** The events of a stream as a client takes them in (WHATWG HTML §9.2.6). */
function read(stream: string) {
  const blocks = stream.split(/\r\n\r\n|\n\n|\r\r/).slice(0, -1);
  return blocks.filter((block) => block !== '').map((block) => readEvent(block.split(/\r\n|\r|\n/)));
}

function readEvent(lines: string[]) {
  const values = (name: string): string[] =>
    lines.flatMap((line) => (line === name ? [''] : (new RegExp(`^${name}: ?(.*)$`).exec(line)?.[1] ?? [])));
  const data = values('data');
  const type = values('event').at(-1) ?? null;
  return {
    id: values('id').at(-1),
    retry: values('retry').at(-1),
    type,
    data: data.length > 0 ? data.join('\n') : null,
  };
}

type ReadEvent = ReturnType<typeof readEvent>;
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

/** Cuts bytes into chunks at the given places, also within characters and line ends. */
function cut(bytes: Buffer, places: number[]): Buffer[] {
  const inner = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  const at = [0, ...inner, bytes.length];
  return at.slice(1).map((end, i) => bytes.subarray(at[i], end));
}

describe('SseListFilter, against a reference', PATIENTLY, () => {
  it('leaves of each event exactly what the caller may see, and what resuming needs', () => {
    holds(
      1500,
      fc.property(fc.array(event, { maxLength: 4 }), listView, (events, view) => {
        const stream = events.map(written).join('');
        const left = read(filtered([Buffer.from(stream)], view).toString());
        const expected = read(stream).map((one) => visible(one, view));
        expect(left.map((one) => ({ ...one, data: parsed(one.data) }))).toEqual(
          expected.filter((e) => e !== null),
        );
      }),
    );
  });

  it('does the same wherever the chunks are split', () => {
    holds(
      1500,
      fc.property(
        fc.array(event, { maxLength: 4 }),
        listView,
        fc.array(fc.nat(), { maxLength: 8 }),
        (events, view, places) => {
          const stream = Buffer.from(events.map(written).join(''));
          const whole = filtered([stream], view).toString();
          expect(filtered(cut(stream, places), view).toString()).toBe(whole);
        },
      ),
    );
  });
});
