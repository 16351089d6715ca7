const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const BYTE_ORDER_MARK = Buffer.from('\ufeff');
const DATA_FIELD = Buffer.from('data:');
const NOTHING: Buffer = Buffer.alloc(0);

/** How much of a line's field name was read, beside the number of bytes of `data:` that it matches so far. */
const OTHER_FIELD = -1;
const NAME_READ = DATA_FIELD.length - 1;
const COLON_READ = DATA_FIELD.length;
const IN_VALUE = COLON_READ + 1;
const NO_MARK = -1;

/**
 * Reads server-sent events (WHATWG HTML §9.2.6) line by line, from chunks that may be split anywhere. A line ends with LF,
 * CRLF or CR, in any mix, and an event with an empty line. All readers of event streams stand on this one, so that they
 * agree on where an event ends.
 *
 * `feed` it a chunk, then call `next` until it returns false; the fields tell what the last call read. A chunk is searched
 * twice by native code, for LF and for CR, and otherwise touched only at the beginning of lines.
 */
export class SseTokenizer {
  /** Where the piece begins, behind the byte order mark of the stream. The offsets are those of the chunk. */
  begin = 0;
  /** Where the part of the piece begins that is the value of a `data` field; `end` if there is none. */
  start = 0;
  /** Where the text of the piece ends: in front of the line's end, or at the end of the chunk. */
  end = 0;
  /** Where the next piece begins: behind the line's end. */
  at = 0;
  /** True if the line ends here; false if the chunk does, in the middle of the line. */
  isLineEnd = false;
  /** True if the line that ends here is empty, and so ends an event. */
  isEventEnd = false;
  private chunk = NOTHING;
  private nextLf = -1;
  private nextCr = -1;
  /** A CR was the last byte of a chunk: if a LF comes first in the next one, it belongs to the same line end. */
  private isAfterCr = false;
  private isEmptyLine = true;
  private field = 0;
  /** Bytes of a byte order mark that the stream began with so far. */
  private mark: number;

  constructor(place: 'start of the stream' | 'start of a line') {
    this.mark = place === 'start of the stream' ? 0 : NO_MARK;
  }

  /** True at the end of a line if it is one of data, even one without a value. */
  get isData(): boolean {
    return this.field >= NAME_READ;
  }

  feed(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.chunk = chunk;
    this.nextLf = -1;
    this.nextCr = -1;
    this.at = this.isAfterCr && chunk[0] === LF ? 1 : 0;
    this.isAfterCr = false;
  }

  /** Reads on to the end of the line, or of the chunk; false if nothing of the chunk is left. */
  next(): boolean {
    if (this.at >= this.chunk.length) return this.letGo();
    if (this.isLineEnd) this.beginLine();
    if (this.mark !== NO_MARK) this.skipMark();
    if (this.at >= this.chunk.length) return this.letGo();
    this.read(this.lineStop());
    return true;
  }

  /** A stream that is silent for long shall not hold the memory of its last chunk. */
  private letGo(): false {
    this.chunk = NOTHING;
    this.at = 0;
    return false;
  }

  private beginLine(): void {
    this.isLineEnd = false;
    this.isEmptyLine = true;
    this.field = 0;
  }

  private read(stop: number): void {
    const { at } = this;
    this.begin = at;
    this.start = this.field === OTHER_FIELD ? stop : this.valueFrom(at, stop);
    this.end = stop;
    if (stop > at) this.isEmptyLine = false;
    this.isLineEnd = stop < this.chunk.length;
    this.isEventEnd = this.isLineEnd && this.isEmptyLine;
    this.at = this.isLineEnd ? this.behindLineEnd(stop) : stop;
  }

  /** Offset of the next CR or LF, or of the chunk's end. Where there is none, the chunk is not searched again. */
  private lineStop(): number {
    const { chunk, at } = this;
    if (chunk[at] === LF || chunk[at] === CR) return at;
    if (this.nextLf < at) this.nextLf = indexOrEnd(chunk, LF, at);
    if (this.nextCr < at) this.nextCr = indexOrEnd(chunk, CR, at);
    return Math.min(this.nextLf, this.nextCr);
  }

  private behindLineEnd(stop: number): number {
    const { chunk } = this;
    if (chunk[stop] !== CR) return stop + 1;
    this.isAfterCr = stop + 1 === chunk.length;
    return chunk[stop + 1] === LF ? stop + 2 : stop + 1;
  }

  /** Reads the field's name, and drops one space behind its colon. */
  private valueFrom(from: number, stop: number): number {
    const { chunk } = this;
    let { field } = this;
    let at = from;
    while (at < stop && field >= 0 && field < COLON_READ)
      field = chunk[at++] === DATA_FIELD[field] ? field + 1 : OTHER_FIELD;
    if (field === COLON_READ && at < stop) {
      if (chunk[at] === SPACE) at++;
      field = IN_VALUE;
    }
    this.field = field;
    return field === IN_VALUE ? at : stop;
  }

  /** A whole byte order mark does not belong to the first line. */
  private skipMark(): void {
    const { chunk } = this;
    while (this.mark < BYTE_ORDER_MARK.length && chunk[this.at] === BYTE_ORDER_MARK[this.mark]) {
      this.mark++;
      this.at++;
    }
    const isWhole = this.mark === BYTE_ORDER_MARK.length;
    if (!isWhole && this.at === chunk.length) return;
    if (!isWhole && this.mark > 0) {
      this.isEmptyLine = false;
      this.field = OTHER_FIELD;
    }
    this.mark = NO_MARK;
  }
}

function indexOrEnd(chunk: Buffer, byte: number, from: number): number {
  const index = chunk.indexOf(byte, from);
  return index < 0 ? chunk.length : index;
}
