import type { Span } from './span.js';

/** A place in bytes, and what replaces the bytes there. */
export interface Splice extends Span {
  replacement: Buffer;
}

const COMMA = Buffer.from(',');

/** The bytes of a span after the splices, all of which lie within it, in order, and do not overlap. */
export function spliced(bytes: Buffer, { start, end }: Span, splices: readonly Splice[]): Buffer {
  if (splices.length === 0) return bytes.subarray(start, end);
  const parts: Buffer[] = [];
  let from = start;
  for (const splice of splices) {
    parts.push(bytes.subarray(from, splice.start), splice.replacement);
    from = splice.end;
  }
  return Buffer.concat([...parts, bytes.subarray(from, end)]);
}

/** A JSON array of elements that are JSON text already. */
export function arrayOf(elements: readonly Buffer[]): Buffer {
  const between = elements.flatMap((element, index) => (index === 0 ? [element] : [COMMA, element]));
  return Buffer.concat([Buffer.from('['), ...between, Buffer.from(']')]);
}
