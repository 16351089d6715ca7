import { SseTokenizer } from './tokenizer.js';

/** Sees whether a stream of server-sent events has brought a message yet; comments and priming events are none. */
export class FirstMessage {
  private tokens: SseTokenizer | null = new SseTokenizer('start of the stream');

  /** Begun, though perhaps not complete. */
  get hasBegun(): boolean {
    return this.tokens === null;
  }

  /** To be called with all that goes by. */
  note(chunk: Buffer): void {
    this.tokens?.feed(chunk);
    while (this.tokens?.next() === true) if (this.tokens.start < this.tokens.end) this.tokens = null;
  }
}
