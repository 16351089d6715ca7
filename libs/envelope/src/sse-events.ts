const LF = 0x0a;
const CR = 0x0d;

/**
 * Cuts a byte stream into server-sent events (WHATWG HTML §9.2.6). A line ends with LF, CRLF or CR, an event with an
 * empty line; both may be split anywhere between chunks. The pieces put together are exactly the bytes that came in.
 */
export class SseEvents {
  private held: Buffer[] = [];
  private heldBytes = 0;
  private lineEmpty = true;
  private afterCr = false;
  private closedByCr = false;

  /** @param onTooLong called, instead of holding back more, once an event is longer than `limit` bytes. */
  constructor(
    private readonly limit: number,
    private readonly onTooLong: () => never,
  ) {}

  /** The events that this chunk completes. */
  push(chunk: Buffer): Buffer[] {
    const events: Buffer[] = [];
    let from = this.lineFeedOfClosedEvent(chunk, events);
    for (let at = from; at < chunk.length; at++) {
      if (!this.endsEvent(chunk[at]!)) continue;
      if (chunk[at] === CR && chunk[at + 1] === LF) at++;
      this.closedByCr = chunk[at] === CR && at + 1 === chunk.length;
      events.push(this.take(chunk.subarray(from, at + 1)));
      from = at + 1;
    }
    this.hold(chunk.subarray(from));
    return events;
  }

  /** What is left when the stream ends: an event without its empty line, or nothing. */
  flush(): Buffer {
    return this.take(Buffer.alloc(0));
  }

  /** The LF of a CRLF whose CR ended an event in the previous chunk: some readers wait for it. */
  private lineFeedOfClosedEvent(chunk: Buffer, events: Buffer[]): number {
    if (!this.closedByCr || chunk.length === 0) return 0;
    this.closedByCr = false;
    if (chunk[0] !== LF) return 0;
    events.push(chunk.subarray(0, 1));
    return 1;
  }

  private endsEvent(byte: number): boolean {
    const secondOfCrLf = byte === LF && this.afterCr;
    this.afterCr = byte === CR;
    if (secondOfCrLf) return false;
    const ends = byte === LF || byte === CR;
    const emptyLine = ends && this.lineEmpty;
    this.lineEmpty = ends;
    if (emptyLine) this.afterCr = false;
    return emptyLine;
  }

  private hold(rest: Buffer): void {
    if (rest.length === 0) return;
    if (this.heldBytes + rest.length > this.limit) this.onTooLong();
    this.held.push(rest);
    this.heldBytes += rest.length;
  }

  private take(last: Buffer): Buffer {
    if (this.heldBytes + last.length > this.limit) this.onTooLong();
    const event = this.held.length === 0 ? last : Buffer.concat([...this.held, last]);
    this.held = [];
    this.heldBytes = 0;
    return event;
  }
}
