const LONGEST_BOUNDARY = 4;
const BOUNDARY = /(?:\n\n|\r\n\r\n|\r\r|\n\r\n)$/;

/** Knows whether a stream of server-sent events stands between two events. */
export class SseTail {
  private tail = '\n\n';

  note(chunk: Buffer): void {
    const fresh = chunk.subarray(-LONGEST_BOUNDARY).toString('latin1');
    this.tail = (this.tail + fresh).slice(-LONGEST_BOUNDARY);
  }

  /** The last bytes, as Latin-1. */
  get text(): string {
    return this.tail;
  }

  /** True at the start, and behind the empty line that ends an event. */
  get isBetweenEvents(): boolean {
    return BOUNDARY.test(this.tail);
  }

  /**
   * What makes an event appended now stand alone: an unfinished event gets a type of its own, so that clients, which
   * handle only the default type, do not take half a message for a whole one.
   */
  separator(): string {
    return this.isBetweenEvents ? '' : '\nevent: truncated\n\n';
  }
}
