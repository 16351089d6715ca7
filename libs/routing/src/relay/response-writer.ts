import type { AgentResponse, RequestLog } from '#libs/request';
import type { BodyTransform } from './body-transform.js';
import type { EventStream } from './stream/event-stream.js';

/** The head of a response that has not gone back yet. */
export interface PendingHead {
  readonly status: number;
  /** Flat list of names and values. */
  readonly headers: string[];
  /** Bytes of the body as the next hop announced them; null if it did not. */
  readonly length: number | null;
}

/** The agent's side of a response: its head, its bytes as fast as they are taken, and its end. */
export class ResponseWriter {
  /** The transform of the body, null while the original bytes pass. */
  transform: BodyTransform | null = null;
  /** Where the response is a stream of events that something can be put into. */
  events: EventStream | null = null;
  private head: PendingHead | null = null;
  /** Bytes that are still to come, where that is known. */
  private left: number | null = null;
  /** The last bytes of a body of known length, kept so that they leave together with its end. */
  private last: Buffer | null = null;

  constructor(
    private readonly response: AgentResponse,
    private readonly log: RequestLog,
  ) {}

  /**
   * Takes the head. A stream's leaves at once. Others wait a moment for bytes that are already here: to share a packet with
   * them, and because these may still show that the answer must not pass. Where a transform decides about the head, it waits
   * for the whole body.
   */
  begin(head: PendingHead, isStream: boolean): void {
    this.head = head;
    this.left = this.transform === null ? head.length : null;
    if (this.transform?.holdsHead === true) return;
    if (isStream) this.flushHead();
    else setImmediate(() => this.flushHead());
  }

  /** False: the agent is behind, and nothing more should be read before {@link AgentResponse} drains. */
  push(chunk: Buffer): boolean {
    if (this.transform === null) return this.write(chunk);
    let goesOn = true;
    for (const part of this.transform.push(chunk)) goesOn = this.write(part) && goesOn;
    return goesOn;
  }

  /** Ends the response as a whole one. @throws EnvelopeError when what a transform has held back cannot be filtered safely. */
  finish(): void {
    const rest = this.transform?.end() ?? [];
    if (this.transform?.holdsHead === true) this.sendHeldHead(rest);
    for (const part of rest) this.write(part);
    this.end();
  }

  /** Ends the response here; what the transform has held back is given up. */
  end(): void {
    this.writeHead();
    if (this.last === null) this.response.end();
    else this.response.end(this.last);
  }

  /** Ends a stream of events with one more; null: breaks off, so that nobody takes the response for whole. */
  breakOff(event: string | null): void {
    if (event === null || this.events === null) this.response.destroy();
    else this.response.end(`${this.events.separator()}data: ${event}\n\n`);
  }

  /** Nothing of it has gone back, and nothing will: something else is the answer. */
  discard(): void {
    this.head = null;
  }

  /** From the next event on, what the stream brings goes through this transform. Only where there are {@link events}. */
  filterFromNow(transform: BodyTransform): void {
    if (this.events !== null) this.transform = this.events.fromHere(transform);
  }

  private write(chunk: Buffer): boolean {
    this.writeHead();
    this.log.bytesOut += chunk.length;
    if (this.left !== null) {
      this.left -= chunk.length;
      if (this.left === 0) return this.keepLast(chunk);
    }
    const goesOn = this.response.write(chunk);
    this.events?.wrote(chunk);
    return goesOn;
  }

  private keepLast(chunk: Buffer): true {
    this.last = chunk;
    return true;
  }

  private flushHead(): void {
    if (this.head === null || this.response.destroyed || this.response.writableEnded) return;
    this.writeHead();
    this.response.flushHeaders();
  }

  private sendHeldHead(body: readonly Buffer[]): void {
    if (this.head === null) return;
    const length = body.reduce((sum, part) => sum + part.length, 0);
    this.head = { ...this.head, length };
    this.left = length;
    this.writeHead();
  }

  private writeHead(): void {
    if (this.head === null) return;
    const { status, headers, length } = this.head;
    const isTold = length !== null && (this.transform === null || this.transform.holdsHead);
    if (isTold) headers.push('content-length', String(length));
    this.head = null;
    this.response.sendHead(status, headers);
  }
}
