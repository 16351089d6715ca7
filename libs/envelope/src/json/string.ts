import type { Span } from './span.js';

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
