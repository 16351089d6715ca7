import type { Span } from './span.js';
import { BACKSLASH, QUOTE } from './bytes.js';

const EACH = 0x01010101;
const HIGH_BITS = 0x80808080 | 0;
const SPACES = 0x20 * EACH;
const QUOTES = 0x22 * EACH;
const BACKSLASHES = 0x5c * EACH;

/**
 * Goes through long text four bytes at a time, which is about twice as fast as one by one: a subtraction from all four at
 * once sets the high bit of those that were smaller.
 * @param isAscii if true, bytes above ASCII stop it as well.
 * @returns the place at which one of the next four bytes has a meaning in a JSON string, or fewer than four are left.
 */
export function throughPlainWords(view: DataView, from: number, isAscii: boolean): number {
  const last = view.byteLength - 4;
  const beyond = isAscii ? HIGH_BITS : 0;
  let at = from;
  while (at <= last && !hasOddByte(view.getInt32(at, true), beyond)) at += 4;
  return at;
}

function hasOddByte(word: number, beyond: number): boolean {
  const control = ((word - SPACES) | 0) & ~word;
  const odd = control | zeroByte(word ^ QUOTES) | zeroByte(word ^ BACKSLASHES);
  return ((odd & HIGH_BITS) | (word & beyond)) !== 0;
}

/** Has a high bit if a byte of the word is zero. */
const zeroByte = (word: number): number => ((word - EACH) | 0) & ~word;

/**
 * The text of the string that lies at `span`, quotes included. The span must come from a `JsonCursor`.
 * @param isAscii true if all of the text is ASCII, which is decoded faster.
 */
export function decodeString(bytes: Buffer, { start, end }: Span, isAscii: boolean): string {
  const text = decodeText(bytes, start + 1, end - 1, isAscii);
  return text.includes('\\') ? (JSON.parse(`"${text}"`) as string) : text;
}

/** The text at [start, end) as it is written. */
export const decodeText = (bytes: Buffer, start: number, end: number, isAscii: boolean): string =>
  bytes.toString(isAscii ? 'latin1' : 'utf8', start, end);

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
