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
