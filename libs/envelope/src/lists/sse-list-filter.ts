import { SseEvents } from '../sse/events.js';
import { filterMessages } from './filter-messages.js';
import type { ListView } from './list-view.js';
import { SseEvent } from './sse-event.js';

/** Bytes of one event, or of one JSON list, that may be held back to be filtered. */
export const MAX_FILTERED_BYTES = 4 * 1024 * 1024;

const NOTHING = Buffer.alloc(0);
const LINE_FEED = Buffer.from('\n');

/** Bytes of an event whose data is the shortest object or array. */
const SHORTEST_MESSAGE = 'data:{}'.length;

/**
 * Filters the lists in a stream of server-sent events. An event goes on as soon as it is complete, as the original
 * bytes unless a list in it had to be cut; then its other fields (`id`, `retry`, `event`, comments) stay as they are.
 * Data that cannot hold a message (empty, or not starting with an object or array) passes. If the reader may see nothing of
 * an event, what is needed to resume the stream goes on, as an event without data (MCP 2025-11-25, transports).
 */
export class SseListFilter {
  private readonly events: SseEvents;
  private isFirst = true;
  private droppedLast = false;

  constructor(
    private readonly view: ListView,
    limit: number = MAX_FILTERED_BYTES,
  ) {
    this.events = new SseEvents(limit);
  }

  /**
   * What may go on after this chunk.
   * @throws {EnvelopeError} if an event is too large, or holds a message that readers could take differently.
   */
  push(chunk: Buffer): Buffer[] {
    const parts = this.events.push(chunk).map((event) => this.filtered(event));
    // Many small events make one write.
    return parts.length > 1 ? [Buffer.concat(parts)] : parts;
  }

  /** The rest, when the stream ends. */
  flush(): Buffer {
    return this.filtered(this.events.flush());
  }

  private filtered(event: Buffer): Buffer {
    // The LF of a CRLF that was split is dropped together with the event that it ended.
    const left = this.droppedLast && event.equals(LINE_FEED) ? NOTHING : this.visible(event);
    this.droppedLast = left.length === 0;
    return left;
  }

  private visible(bytes: Buffer): Buffer {
    const place = this.isFirst ? 'start of the stream' : 'start of a line';
    this.isFirst = false;
    if (bytes.length < SHORTEST_MESSAGE) return bytes;
    const event = new SseEvent(bytes, place);
    const { data } = event;
    if (!mayHoldMessage(data)) return bytes;
    const filtered = filterMessages(data, this.view);
    if (filtered === null) return event.withoutData();
    return filtered === data ? bytes : event.withData(filtered);
  }
}

function mayHoldMessage(data: Buffer): boolean {
  const first = data.toString('utf8', 0, 64).trimStart().charAt(0);
  return first === '{' || first === '[' || (first === '' && data.length > 64);
}
