import { isUtf8 } from 'node:buffer';
import { unreadable } from './envelope.error.js';
import type { Span } from './envelope.js';
import { decodeString } from './json-string.js';

export const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
export const COMMA = 0x2c;
export const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
export const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const MINUS = 0x2d;
const PLUS = 0x2b;
const DOT = 0x2e;
const ZERO = 0x30;
const SMALL_E = 0x65;
const SMALL_U = 0x75;

/** Bytes that may follow a backslash: `"\/bfnrt`, and `u` with four hex digits (RFC 8259 §7). */
const SIMPLE_ESCAPE = new Set(Buffer.from('"\\/bfnrt'));
const LITERALS = new Map(['true', 'false', 'null'].map((word) => [word.charCodeAt(0), Buffer.from(word)]));

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= ZERO && byte <= 0x39;
const isHex = (byte: number | undefined): boolean => {
  if (byte === undefined) return false;
  const lower = byte | 0x20;
  return isDigit(byte) || (lower >= 0x61 && lower <= 0x66);
};

/** Called at a member's value, which it must consume. The key's span lies within the quotes. */
export type MemberVisitor = (keyStart: number, keyEnd: number, escaped: boolean) => void;

/**
 * Walks over JSON text without building values. It accepts exactly RFC 8259 in UTF-8 without a byte order mark, down to
 * `maxDepth` nested containers; anything else throws, so that no reader behind it can see something different.
 */
export class JsonCursor {
  pos = 0;
  private depth = 0;

  constructor(
    readonly bytes: Buffer,
    private readonly maxDepth: number,
  ) {
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) unreadable('byte order mark');
    if (!isUtf8(bytes)) unreadable('invalid UTF-8');
  }

  /** The next byte behind white space, or undefined at the end. */
  peek(): number | undefined {
    const { bytes } = this;
    let byte = bytes[this.pos];
    while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = bytes[++this.pos];
    return byte;
  }

  end(): void {
    if (this.peek() !== undefined) unreadable(`trailing data at byte ${this.pos}`);
  }

  /** Consumes one value of any kind. */
  value(): void {
    const first = this.peek();
    if (first === QUOTE) this.string();
    else if (first === OPEN_BRACE) this.object(this.skipMember);
    else if (first === OPEN_BRACKET) this.array(this.skipElement);
    else if (first === MINUS || isDigit(first)) this.number();
    else this.literal(first);
  }

  /** Consumes an object, handing each member to `visit`. */
  object(visit: MemberVisitor): void {
    this.enter();
    if (this.peek() === CLOSE_BRACE) return this.leave();
    do {
      if (this.peek() !== QUOTE) this.unexpected('a key');
      const keyStart = this.pos + 1;
      const escaped = this.string();
      const keyEnd = this.pos - 1;
      if (this.peek() !== COLON) this.unexpected('":"');
      this.pos++;
      visit(keyStart, keyEnd, escaped);
    } while (this.more(CLOSE_BRACE));
    this.leave();
  }

  /** Consumes an array, calling `visit` at each element. */
  array(visit: () => void): void {
    this.enter();
    if (this.peek() === CLOSE_BRACKET) return this.leave();
    do visit();
    while (this.more(CLOSE_BRACKET));
    this.leave();
  }

  /** Consumes a string; returns whether it contains escapes. */
  string(): boolean {
    const { bytes } = this;
    let escaped = false;
    let at = this.pos + 1;
    for (;;) {
      let byte = bytes[at];
      while (byte !== undefined && byte >= 0x20 && byte !== QUOTE && byte !== BACKSLASH) byte = bytes[++at];
      if (byte === QUOTE) break;
      if (byte !== BACKSLASH) this.endInString(byte, at);
      escaped = true;
      at += this.escape(at);
    }
    this.pos = at + 1;
    return escaped;
  }

  /** Consumes a value of any kind; its place. */
  span(): Span {
    this.peek();
    const start = this.pos;
    this.value();
    return { start, end: this.pos };
  }

  /** Consumes a value; its decoded text if it is a string, else null. */
  text(): string | null {
    if (this.peek() !== QUOTE) {
      this.value();
      return null;
    }
    const start = this.pos + 1;
    const escaped = this.string();
    return decodeString(this.bytes, start, this.pos - 1, escaped);
  }

  private readonly skipMember: MemberVisitor = () => this.value();
  private readonly skipElement = (): void => this.value();

  private enter(): void {
    if (++this.depth > this.maxDepth) unreadable(`nested deeper than ${this.maxDepth}`);
    this.pos++;
  }

  private leave(): void {
    this.depth--;
    this.pos++;
  }

  private more(close: number): boolean {
    const byte = this.peek();
    if (byte === close) return false;
    if (byte !== COMMA) this.unexpected('"," or an end');
    this.pos++;
    return true;
  }

  private endInString(byte: number | undefined, at: number): never {
    if (byte === undefined) unreadable('unterminated string');
    unreadable(`control character in a string at byte ${at}`);
  }

  private escape(at: number): number {
    const { bytes } = this;
    const kind = bytes[at + 1];
    if (kind !== SMALL_U)
      return kind !== undefined && SIMPLE_ESCAPE.has(kind) ? 2 : unreadable(`escape at byte ${at}`);
    for (let i = at + 2; i < at + 6; i++) if (!isHex(bytes[i])) unreadable(`escape at byte ${at}`);
    return 6;
  }

  private number(): void {
    const { bytes } = this;
    if (bytes[this.pos] === MINUS) this.pos++;
    if (bytes[this.pos] === ZERO) this.pos++;
    else this.digits();
    if (bytes[this.pos] === DOT) {
      this.pos++;
      this.digits();
    }
    if (((bytes[this.pos] ?? 0) | 0x20) !== SMALL_E) return;
    const sign = bytes[++this.pos];
    if (sign === PLUS || sign === MINUS) this.pos++;
    this.digits();
  }

  private digits(): void {
    if (!isDigit(this.bytes[this.pos])) this.unexpected('a digit');
    while (isDigit(this.bytes[this.pos])) this.pos++;
  }

  private literal(first: number | undefined): void {
    const word = first === undefined ? undefined : LITERALS.get(first);
    if (word === undefined) this.unexpected('a value');
    for (let i = 0; i < word.length; i++)
      if (this.bytes[this.pos + i] !== word[i]) this.unexpected('a value');
    this.pos += word.length;
  }

  private unexpected(wanted: string): never {
    unreadable(`expected ${wanted} at byte ${this.pos}`);
  }
}
