import { tooLarge } from '../envelope.error.js';
import { HeldBytes } from '../held-bytes.js';
import { SseTokenizer } from './tokenizer.js';

/** Lines of one event that may be held back: far more than a list of 4 MiB that is written over several lines. */
export const MAX_EVENT_LINES = 100_000;

/** Cuts a byte stream into server-sent events. The pieces put together are exactly the bytes that came in. */
export class SseEvents {
  private readonly tokens = new SseTokenizer('start of the stream');
  private readonly held: HeldBytes;
  private lines = 0;

  /** @param maxBytes of one event. */
  constructor(private readonly maxBytes: number) {
    this.held = new HeldBytes(maxBytes);
  }

  /**
   * The events that this chunk completes.
   * @throws {EnvelopeError} `too_large`, instead of holding back more than one event may have.
   */
  push(chunk: Buffer): Buffer[] {
    const { tokens } = this;
    const hadEnded = tokens.isEventEnd;
    tokens.feed(chunk);
    const events = hadEnded ? this.restOfLineEnd(chunk) : [];
    let from = events.length;
    while (tokens.next()) {
      if (tokens.isLineEnd) this.countLine();
      if (!tokens.isEventEnd) continue;
      this.hold(chunk.subarray(from, tokens.at));
      events.push(this.flush());
      from = tokens.at;
    }
    this.hold(chunk.subarray(from));
    return events;
  }

  /** What is left when the stream ends: an event without its empty line, or nothing. */
  flush(): Buffer {
    this.lines = 0;
    return this.held.take();
  }

  /** The LF of a CRLF whose CR ended an event in the previous chunk goes on by itself: some readers wait for it. */
  private restOfLineEnd(chunk: Buffer): Buffer[] {
    return this.tokens.at === 1 ? [chunk.subarray(0, 1)] : [];
  }

  private countLine(): void {
    if (++this.lines > MAX_EVENT_LINES) tooLarge(`an event has more than ${MAX_EVENT_LINES} lines`);
  }

  private hold(part: Buffer): void {
    if (!this.held.add(part)) tooLarge(`an event is longer than ${this.maxBytes} bytes`);
  }
}
