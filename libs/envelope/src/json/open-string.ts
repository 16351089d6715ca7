import { BACKSLASH, QUOTE } from './bytes.js';

/** Bytes of a string that are looked at one by one before a native search pays. */
const SHORT_STRING = 24;

/** Goes through strings of well-formed JSON text that comes in chunks, split anywhere, without looking at every byte. */
export class OpenString {
  /** True if the last string that was entered goes on in the next chunk. */
  isUnfinished = false;
  /** True if the chunk ended behind a backslash, so that the next byte is escaped. */
  private isEscaped = false;

  /**
   * Goes through a string, from behind its opening quote or from the beginning of a further chunk: offset of its closing
   * quote, or the chunk's end if that is not in this chunk.
   */
  through(chunk: Buffer, from: number): number {
    const at = throughFewBytes(chunk, this.isEscaped ? from + 1 : from);
    this.isEscaped = false;
    this.isUnfinished = chunk[at] !== QUOTE;
    return this.isUnfinished ? this.search(chunk, at) : at;
  }

  private search(chunk: Buffer, from: number): number {
    let at = from;
    while (at < chunk.length) {
      const quote = chunk[at] === QUOTE ? at : indexOrEnd(chunk, at);
      const isEscaped = isBehindEscape(chunk, at, quote);
      if (!isEscaped && quote < chunk.length) return this.finish(quote);
      at = throughFewBytes(chunk, isEscaped ? quote + 1 : quote);
    }
    // One byte too far if the chunk ends in the middle of an escape.
    this.isEscaped = at > chunk.length;
    return chunk.length;
  }

  private finish(at: number): number {
    this.isUnfinished = false;
    return at;
  }
}

/** Offset of the closing quote if it is near, else of a place outside of escapes. */
function throughFewBytes(chunk: Buffer, from: number): number {
  const end = Math.min(from + SHORT_STRING, chunk.length);
  let at = from;
  while (at < end && chunk[at] !== QUOTE) at += chunk[at] === BACKSLASH ? 2 : 1;
  return at;
}

function indexOrEnd(chunk: Buffer, from: number): number {
  const index = chunk.indexOf(QUOTE, from);
  return index < 0 ? chunk.length : index;
}

/** True if the byte at `at` is escaped by an odd number of backslashes in front of it. */
function isBehindEscape(chunk: Buffer, from: number, at: number): boolean {
  let first = at;
  while (first > from && chunk[first - 1] === BACKSLASH) first--;
  return (at - first) % 2 === 1;
}
