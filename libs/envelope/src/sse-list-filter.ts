import { Transform, type TransformCallback } from 'node:stream';
import { EnvelopeError } from './envelope.error.js';
import { type KeepTool, filterListJson } from './list-filter.js';
import { SseEvents } from './sse-events.js';
import { type SseLine, sseLines } from './sse-lines.js';

/** Bytes of one event, or of one JSON list, that may be held back to be filtered. */
export const MAX_FILTERED_BYTES = 4 * 1024 * 1024;

const LINE_FEED = Buffer.from('\n');

function tooLong(): never {
  throw new EnvelopeError('too_large', `an event is longer than ${MAX_FILTERED_BYTES} bytes`);
}

/**
 * Filters the tool lists in a stream of server-sent events. An event goes on as soon as it is complete, as the original
 * bytes unless a list in it had to be cut; then its other fields (`id`, `retry`, `event`, comments) stay as they are.
 * Data that cannot hold a message (empty, or not starting with an object or array) passes.
 */
export class SseListFilter {
  private readonly events: SseEvents;

  constructor(
    private readonly keep: KeepTool,
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
    const lines = sseLines(event);
    const values = lines.flatMap(({ data }) => (data === null ? [] : [data]));
    const data = joined(values);
    if (!mayHoldMessage(data)) return event;
    const { bytes, changed } = filterListJson(data, this.keep);
    return changed ? withData(lines, bytes) : event;
  }
}

/** {@link SseListFilter} as a stream. */
export class SseListFilterStream extends Transform {
  private readonly lists: SseListFilter;

  constructor(keep: KeepTool, limit?: number) {
    super();
    this.lists = new SseListFilter(keep, limit);
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.attempt(done, () => {
      for (const event of this.lists.push(chunk)) this.push(event);
    });
  }

  override _flush(done: TransformCallback): void {
    this.attempt(done, () => {
      const rest = this.lists.flush();
      if (rest.length > 0) this.push(rest);
    });
  }

  private attempt(done: TransformCallback, work: () => void): void {
    try {
      work();
    } catch (error) {
      return done(error as Error);
    }
    done();
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

/** The event with its data lines replaced, at the place of the first, and all other lines as they were. */
function withData(lines: SseLine[], data: Buffer): Buffer {
  const end = lines.find((line) => line.data !== null && line.end.length > 0)?.end ?? LINE_FEED;
  const first = lines.findIndex((line) => line.data !== null);
  const fresh = splitLines(data).flatMap((text) => [Buffer.from('data: '), text, end]);
  return Buffer.concat(
    lines.flatMap((line, index) => [
      ...(index === first ? fresh : []),
      ...(line.data === null ? [line.raw] : []),
    ]),
  );
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
