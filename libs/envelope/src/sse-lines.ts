const LF = 0x0a;
const CR = 0x0d;
const COLON = 0x3a;
const SPACE = 0x20;
const BYTE_ORDER_MARK = Buffer.from('\ufeff');

/** One line of an event, with its end. */
export interface SseLine {
  /** The line as it came, including its end. */
  raw: Buffer;
  /** The bytes that end the line: LF, CRLF, CR, or nothing at the end of the stream. */
  end: Buffer;
  /** The name of the field; empty for comments and the empty line. */
  field: string;
  value: Buffer;
}

/** The lines of a whole event. A byte order mark, which readers strip at the start of a stream, is part of no field. */
export function sseLines(event: Buffer): SseLine[] {
  const lines: SseLine[] = [];
  let from = 0;
  while (from < event.length) {
    const stop = lineStop(event, from);
    const next = stop + (event[stop] === CR && event[stop + 1] === LF ? 2 : 1);
    lines.push(lineOf(event.subarray(from, next), stop - from));
    from = next;
  }
  return lines;
}

function lineStop(event: Buffer, from: number): number {
  let at = from;
  while (at < event.length && event[at] !== LF && event[at] !== CR) at++;
  return at;
}

/** WHATWG HTML §9.2.6: the name ends at the first colon, one space behind which is dropped. */
function lineOf(raw: Buffer, length: number): SseLine {
  const start = raw.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
  const line = raw.subarray(start, length);
  const colon = line.indexOf(COLON);
  const nameEnd = colon < 0 ? line.length : colon;
  const valueStart = nameEnd + (line[nameEnd + 1] === SPACE ? 2 : 1);
  const field = line.toString('latin1', 0, nameEnd);
  return { raw, end: raw.subarray(length), field, value: line.subarray(valueStart) };
}
