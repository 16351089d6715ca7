import type { Span } from './span.js';

/** Bytes that take the place of others. */
export interface Splice extends Span {
  replacement: Buffer;
}

const COMMA = Buffer.from(',');

/** The bytes of a span after the splices within it, which are in order and do not overlap. */
export function spliced(bytes: Buffer, { start, end }: Span, splices: readonly Splice[]): Buffer {
  const parts: Buffer[] = [];
  let from = start;
  for (const splice of splices) {
    if (splice.start < start || splice.end > end) continue;
    parts.push(bytes.subarray(from, splice.start), splice.replacement);
    from = splice.end;
  }
  return parts.length === 0
    ? bytes.subarray(start, end)
    : Buffer.concat([...parts, bytes.subarray(from, end)]);
}

/** A JSON array of elements that are written already. */
export function arrayOf(elements: readonly Buffer[]): Buffer {
  const between = elements.flatMap((element, index) => (index === 0 ? [element] : [COMMA, element]));
  return Buffer.concat([Buffer.from('['), ...between, Buffer.from(']')]);
}
