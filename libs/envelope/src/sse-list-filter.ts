import { EnvelopeError } from './envelope.error.js';
import { filterMessages } from './filter-messages.js';
import type { ListView } from './list-view.js';
import { SseEvents } from './sse-events.js';
import { type SseLine, sseLines } from './sse-lines.js';

/** Bytes of one event, or of one JSON list, that may be held back to be filtered. */
export const MAX_FILTERED_BYTES = 4 * 1024 * 1024;

const NOTHING = Buffer.alloc(0);
const LINE_FEED = Buffer.from('\n');

function tooLong(): never {
  throw new EnvelopeError('too_large', `an event is longer than ${MAX_FILTERED_BYTES} bytes`);
}

/**
 * Filters the lists in a stream of server-sent events. An event goes on as soon as it is complete, as the original
 * bytes unless a list in it had to be cut; then its other fields (`id`, `retry`, `event`, comments) stay as they are.
 * Data that cannot hold a message (empty, or not starting with an object or array) passes. Of an event of which nothing
 * may be told, what a client needs to resume the stream goes on, as an event without data (MCP 2025-11-25, transports).
 */
export class SseListFilter {
  private readonly events: SseEvents;
  private droppedLast = false;

  constructor(
    private readonly view: ListView,
    limit: number = MAX_FILTERED_BYTES,
  ) {
    this.events = new SseEvents(limit, tooLong);
  }

  /**
   * What may go on after this chunk.
   * @throws {EnvelopeError} if an event is too large, or holds a message that readers could take differently.
   */
  push(chunk: Buffer): Buffer[] {
    return this.events.push(chunk).map((event) => this.filtered(event));
  }

  /** The rest, when the stream ends. */
  flush(): Buffer {
    return this.filtered(this.events.flush());
  }

  private filtered(event: Buffer): Buffer {
    // The rest of a CRLF that was split there goes with the event that it ended.
    const left = this.droppedLast && event.equals(LINE_FEED) ? NOTHING : this.visible(event);
    this.droppedLast = left.length === 0;
    return left;
  }

  private visible(event: Buffer): Buffer {
    const lines = sseLines(event);
    const data = joined(lines.filter(isData).map(({ value }) => value));
    if (!mayHoldMessage(data)) return event;
    const filtered = filterMessages(data, this.view);
    if (filtered === null) return withoutData(lines);
    return filtered === data ? event : withData(lines, filtered);
  }
}

function joined(values: Buffer[]): Buffer {
  if (values.length === 1) return values[0]!;
  return Buffer.concat(values.flatMap((value, index) => (index === 0 ? [value] : [LINE_FEED, value])));
}

function mayHoldMessage(data: Buffer): boolean {
  const first = data.toString('utf8', 0, 64).trimStart().charAt(0);
  return first === '{' || first === '[' || (first === '' && data.length > 64);
}

const isData = ({ field }: SseLine): boolean => field === 'data';

/** The bytes that end the lines of this event. */
const endOf = (lines: readonly SseLine[]): Buffer =>
  lines.find((line) => isData(line) && line.end.length > 0)?.end ?? LINE_FEED;

/** The event with its data lines replaced, at the place of the first, and all other lines as they were. */
function withData(lines: readonly SseLine[], data: Buffer): Buffer {
  const end = endOf(lines);
  const first = lines.findIndex(isData);
  const fresh = splitLines(data).flatMap((text) => [Buffer.from('data: '), text, end]);
  return Buffer.concat(
    lines.flatMap((line, index) => [...(index === first ? fresh : []), ...(isData(line) ? [] : [line.raw])]),
  );
}

/** What tells the client where the stream stands, if anything. */
function withoutData(lines: readonly SseLine[]): Buffer {
  const whole = lines.filter(({ end }) => end.length > 0);
  const kept = whole.filter(({ field }) => field === 'id' || field === 'retry').map(({ raw }) => raw);
  const emptyLine = whole.at(-1)?.end ?? LINE_FEED;
  return kept.length === 0
    ? NOTHING
    : Buffer.concat([...kept, Buffer.from('data:'), endOf(lines), emptyLine]);
}

function splitLines(data: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  let from = 0;
  for (let at = data.indexOf(LINE_FEED); at >= 0; at = data.indexOf(LINE_FEED, from)) {
    lines.push(data.subarray(from, at));
    from = at + 1;
  }
  return [...lines, data.subarray(from)];
}
