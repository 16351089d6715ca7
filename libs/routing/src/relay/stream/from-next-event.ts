import type { BodyTransform } from '../body-transform.js';

const BOUNDARIES = /\r\n\r\n|\n\r\n|\n\n|\r\r/g;
const LONGEST_BOUNDARY = 4;

/** Lets the rest of an event pass that is already under way, and changes what comes after it. */
export class FromNextEvent implements BodyTransform {
  readonly holdsHead = false;
  private hasStarted = false;

  /** @param tail the last bytes that went by, as Latin-1. */
  constructor(
    private readonly next: BodyTransform,
    private tail: string,
  ) {}

  push(chunk: Buffer): readonly Buffer[] {
    if (this.hasStarted) return this.next.push(chunk);
    const end = this.endOfEvent(chunk);
    if (end === null) return [chunk];
    this.hasStarted = true;
    return [chunk.subarray(0, end), ...this.next.push(chunk.subarray(end))];
  }

  end(): readonly Buffer[] {
    return this.hasStarted ? this.next.end() : [];
  }

  /** Offset behind the empty line that ends the event; null if it is not in this chunk. */
  private endOfEvent(chunk: Buffer): number | null {
    const text = this.tail + chunk.toString('latin1');
    const known = this.tail.length;
    this.tail = text.slice(-LONGEST_BOUNDARY);
    for (const match of text.matchAll(BOUNDARIES)) {
      const end = match.index + match[0].length;
      if (end > known) return end - known;
    }
    return null;
  }
}
