/**
 * Decodes the string whose content lies at [start, end), without its quotes. The span must come from a `JsonCursor`.
 */
export function decodeString(bytes: Buffer, start: number, end: number, escaped: boolean): string {
  if (!escaped) return bytes.toString('utf8', start, end);
  return JSON.parse(bytes.toString('utf8', start - 1, end + 1)) as string;
}
