import type { SseTokenizer } from './tokenizer.js';

/** Changes a stream of bytes as it goes by. */
export interface StreamTransform {
  push(chunk: Buffer): readonly Buffer[];
  /** What is left when the stream ends. */
  end(): readonly Buffer[];
}

/** Lets the rest of an event pass that is already under way, and hands all that comes after it to a transform. */
export class FromNextEvent implements StreamTransform {
  /** Null once the transform has begun. */
  private tokens: SseTokenizer | null;

  /** @param tokens a tokenizer that stands where the stream stands. */
  constructor(
    private readonly transform: StreamTransform,
    tokens: SseTokenizer,
  ) {
    this.tokens = tokens;
  }

  push(chunk: Buffer): readonly Buffer[] {
    if (this.tokens === null) return this.transform.push(chunk);
    const end = endOfEvent(this.tokens, chunk);
    if (end === null) return [chunk];
    this.tokens = null;
    return [chunk.subarray(0, end), ...this.transform.push(chunk.subarray(end))];
  }

  end(): readonly Buffer[] {
    return this.tokens === null ? this.transform.end() : [];
  }
}

/** Offset behind the empty line that ends the event; null if it is not in this chunk. */
function endOfEvent(tokens: SseTokenizer, chunk: Buffer): number | null {
  tokens.feed(chunk);
  while (tokens.next()) if (tokens.isEventEnd) return tokens.at;
  return null;
}
