import { isUtf8 } from 'node:buffer';
import { unreadable } from '../envelope.error.js';
import { throughPlainWords, decodeString } from './strings.js';
import type { Span } from './span.js';
import {
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  DIGIT,
  DOT,
  END,
  HEX_DIGIT,
  MINUS,
  OPEN_BRACE,
  OPEN_BRACKET,
  PLAIN_ASCII,
  PLAIN_TEXT,
  PLUS,
  QUOTE,
  SIMPLE_ESCAPE,
  SMALL_E,
  SMALL_U,
  WHITE,
  ZERO,
} from './bytes.js';

/** Bytes of a string that are looked at one by one before it pays to take four at a time. */
const SHORT_STRING = 256;

const LITERALS = new Map(['true', 'false', 'null'].map((word) => [word.charCodeAt(0), Buffer.from(word)]));

/**
 * Walks over JSON text without building values. It accepts exactly RFC 8259 in UTF-8 without a byte order mark, with at most
 * `maxDepth` nested containers. Anything else throws, so that no later reader can see something different.
 *
 * JSON is ASCII outside of strings, so that the text is checked to be UTF-8 only when another byte is met in a string.
 */
export class JsonCursor {
  pos = 0;
  /** Where the member's key is, without its quotes, after {@link openObject} or {@link nextMember} found one. */
  keyStart = 0;
  keyEnd = 0;
  keyEscaped = false;
  private depth = 0;
  private plain = PLAIN_ASCII;
  private words: DataView | null = null;
  private readonly size: number;

  constructor(
    readonly bytes: Buffer,
    private readonly maxDepth: number,
  ) {
    this.size = bytes.length;
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) unreadable('byte order mark');
  }

  /** The decoded key of the member. */
  get key(): string {
    return this.textAt({ start: this.keyStart - 1, end: this.keyEnd + 1 });
  }

  /** True if all bytes so far were ASCII. */
  get isAscii(): boolean {
    return this.plain === PLAIN_ASCII;
  }

  /** The next byte behind white space, or {@link END}. */
  peek(): number {
    const { pos } = this;
    if (pos >= this.size) return END;
    const byte = this.bytes[pos]!;
    return WHITE[byte] === 1 ? this.peekBehindWhite() : byte;
  }

  end(): void {
    if (this.peek() !== END) unreadable(`trailing data at byte ${this.pos}`);
  }

  /** Consumes one value of any kind. */
  value(): void {
    const first = this.peek();
    if (first === QUOTE) this.string();
    else if (first === OPEN_BRACE) this.object();
    else if (first === OPEN_BRACKET) this.array();
    else if (first === MINUS || DIGIT[first] === 1) this.number();
    else this.literal(first);
  }

  /** Enters the object that stands here: true if it has a member, whose value must then be consumed. */
  openObject(): boolean {
    this.enter();
    if (this.peek() === CLOSE_BRACE) return this.leave();
    this.memberKey();
    return true;
  }

  /** Goes on behind the value of a member: true if there is another member, false if the object has ended. */
  nextMember(): boolean {
    if (!this.more(CLOSE_BRACE)) return this.leave();
    this.memberKey();
    return true;
  }

  /** Enters the array that stands here: true if it has an element, which must then be consumed. */
  openArray(): boolean {
    this.enter();
    return this.peek() === CLOSE_BRACKET ? this.leave() : true;
  }

  /** Goes on behind an element: true if there is another one, false if the array has ended. */
  nextElement(): boolean {
    return this.more(CLOSE_BRACKET) ? true : this.leave();
  }

  /** Consumes a string; returns whether it contains escapes. */
  string(): boolean {
    const at = this.throughPlain(this.pos + 1);
    if (at === this.size || this.bytes[at] !== QUOTE) return this.oddString(at);
    this.pos = at + 1;
    return false;
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
    const start = this.pos;
    this.string();
    return this.textAt({ start, end: this.pos });
  }

  /** The text of a string that was consumed, whose place includes its quotes. */
  textAt(span: Span): string {
    return decodeString(this.bytes, span, this.isAscii);
  }

  private peekBehindWhite(): number {
    const { bytes, size } = this;
    let at = this.pos;
    while (at < size && WHITE[bytes[at]!] === 1) at++;
    this.pos = at;
    return at < size ? bytes[at]! : END;
  }

  private object(): void {
    for (let more = this.openObject(); more; more = this.nextMember()) this.value();
  }

  private array(): void {
    for (let more = this.openArray(); more; more = this.nextElement()) this.value();
  }

  private memberKey(): void {
    if (this.peek() !== QUOTE) this.unexpected('a key');
    this.keyStart = this.pos + 1;
    this.keyEscaped = this.string();
    this.keyEnd = this.pos - 1;
    if (this.peek() !== COLON) this.unexpected('":"');
    this.pos++;
  }

  private enter(): void {
    if (++this.depth > this.maxDepth) unreadable(`nested deeper than ${this.maxDepth}`);
    this.pos++;
  }

  private leave(): false {
    this.depth--;
    this.pos++;
    return false;
  }

  private more(close: number): boolean {
    const byte = this.peek();
    if (byte === close) return false;
    if (byte !== COMMA) this.unexpected('"," or an end');
    this.pos++;
    return true;
  }

  /** The place of the next byte that is not plain, or of the end. */
  private throughPlain(from: number): number {
    const { bytes, plain, size } = this;
    const near = from + SHORT_STRING;
    const end = near < size ? near : size;
    let at = from;
    while (at < end && plain[bytes[at]!] === 1) at++;
    return at < near || at === size ? at : this.throughLongText(at);
  }

  private throughLongText(from: number): number {
    const { bytes, plain, size } = this;
    this.words ??= new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = throughPlainWords(this.words, from, this.isAscii);
    while (at < size && plain[bytes[at]!] === 1) at++;
    return at;
  }

  /** The rest of a string that has more than plain bytes, of which the first is at `from`. */
  private oddString(from: number): boolean {
    let escaped = false;
    let at = from;
    while (at < this.size && this.bytes[at] !== QUOTE) {
      if (this.bytes[at] === BACKSLASH) {
        escaped = true;
        at += this.escape(at);
      } else this.assertText(at);
      at = this.throughPlain(at);
    }
    if (at >= this.size) unreadable('unterminated string');
    this.pos = at + 1;
    return escaped;
  }

  /** From the first byte above ASCII on, all of those are plain, since the text is checked as a whole. */
  private assertText(at: number): void {
    if (this.bytes[at]! < 0x20) unreadable(`control character in a string at byte ${at}`);
    if (!isUtf8(this.bytes)) unreadable('invalid UTF-8');
    this.plain = PLAIN_TEXT;
  }

  /** Length of the escape at this place. */
  private escape(at: number): number {
    const { bytes } = this;
    const kind = bytes[at + 1] ?? 0;
    if (SIMPLE_ESCAPE[kind] === 1) return 2;
    if (kind !== SMALL_U) unreadable(`escape at byte ${at}`);
    for (let i = at + 2; i < at + 6; i++)
      if (HEX_DIGIT[bytes[i] ?? 0] !== 1) unreadable(`escape at byte ${at}`);
    return 6;
  }

  private number(): void {
    const { bytes } = this;
    let at = this.pos;
    if (bytes[at] === MINUS) at++;
    at = bytes[at] === ZERO ? at + 1 : this.throughDigits(at);
    if (bytes[at] === DOT) at = this.throughDigits(at + 1);
    if (((bytes[at] ?? 0) | 0x20) === SMALL_E) {
      const sign = bytes[++at];
      at = this.throughDigits(sign === PLUS || sign === MINUS ? at + 1 : at);
    }
    this.pos = at;
  }

  /** The place behind at least one digit. */
  private throughDigits(from: number): number {
    const { bytes, size } = this;
    let at = from;
    while (at < size && DIGIT[bytes[at]!] === 1) at++;
    return at > from ? at : this.unexpected('a digit', at);
  }

  private literal(first: number): void {
    const word = LITERALS.get(first);
    if (word === undefined) this.unexpected('a value');
    for (let i = 0; i < word.length; i++)
      if (this.bytes[this.pos + i] !== word[i]) this.unexpected('a value');
    this.pos += word.length;
  }

  private unexpected(wanted: string, at = this.pos): never {
    unreadable(`expected ${wanted} at byte ${at}`);
  }
}
