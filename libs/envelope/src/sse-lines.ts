const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const DATA = Buffer.from('data');
const BYTE_ORDER_MARK = Buffer.from('\ufeff');

/** One line of an event, with its end. */
export interface SseLine {
  /** The line as it came, including its end. */
  raw: Buffer;
  /** The bytes that end the line: LF, CRLF, CR, or nothing at the end of the stream. */
  end: Buffer;
  /** The value of a `data` field, else null. */
  data: Buffer | null;
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

function lineOf(raw: Buffer, length: number): SseLine {
  return { raw, end: raw.subarray(length), data: dataOf(raw.subarray(0, length)) };
}

function dataOf(line: Buffer): Buffer | null {
  const text = startsWith(line, BYTE_ORDER_MARK) ? line.subarray(BYTE_ORDER_MARK.length) : line;
  if (!startsWith(text, DATA)) return null;
  if (text.length === DATA.length) return text.subarray(DATA.length);
  if (text[DATA.length] !== 0x3a) return null;
  return text.subarray(DATA.length + (text[DATA.length + 1] === SPACE ? 2 : 1));
}

const startsWith = (bytes: Buffer, prefix: Buffer): boolean =>
  bytes.subarray(0, prefix.length).equals(prefix);
