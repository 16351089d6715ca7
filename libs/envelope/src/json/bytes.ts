/** Bytes that JSON is made of (RFC 8259 §2). */
export const QUOTE = 0x22;
export const BACKSLASH = 0x5c;
export const COLON = 0x3a;
export const COMMA = 0x2c;
export const OPEN_BRACE = 0x7b;
export const CLOSE_BRACE = 0x7d;
export const OPEN_BRACKET = 0x5b;
export const CLOSE_BRACKET = 0x5d;
export const MINUS = 0x2d;
export const PLUS = 0x2b;
export const DOT = 0x2e;
export const ZERO = 0x30;
export const SMALL_E = 0x65;
export const SMALL_U = 0x75;

/** What {@link JsonCursor.peek} finds behind the last byte. */
export const END = -1;

/** A table by byte: 1 for the members of a set, else 0. */
function table(has: (byte: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (has(byte) ? 1 : 0));
}

const among = (characters: string): Uint8Array => {
  const bytes = new Set(Buffer.from(characters, 'latin1'));
  return table((byte) => bytes.has(byte));
};

export const WHITE = among(' \n\r\t');
export const DIGIT = among('0123456789');
export const HEX_DIGIT = among('0123456789abcdefABCDEF');

/** Bytes that may follow a backslash, beside `u` with four hex digits (RFC 8259 §7). */
export const SIMPLE_ESCAPE = among('"\\/bfnrt');

const isPlain = (byte: number): boolean => byte >= 0x20 && byte !== QUOTE && byte !== BACKSLASH;

/** Bytes of strings that stand for themselves, in text that was checked to be UTF-8. */
export const PLAIN_TEXT = table(isPlain);
/** The same for text that was not checked yet. */
export const PLAIN_ASCII = table((byte) => isPlain(byte) && byte < 0x80);
