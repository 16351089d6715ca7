import { unreadable } from '../envelope.error.js';
import { SseTokenizer } from '../sse/tokenizer.js';

const LF = 0x0a;
const CR = 0x0d;
const NOTHING = Buffer.alloc(0);
const LINE_FEED = Buffer.from('\n');
const DATA = Buffer.from('data: ');
const NO_DATA = Buffer.from('data:');
const BYTE_ORDER_MARK = Buffer.from('\ufeff');

/** One line of an event, by its places in the bytes of the event. */
interface Line {
  /** Of the whole line, a byte order mark and the line's end included. */
  from: number;
  to: number;
  /** Of the text, behind a byte order mark. */
  begin: number;
  /** Of the value, if it is a line of data. */
  start: number;
  /** Where the text and the value end. */
  end: number;
  isData: boolean;
}

/** One whole server-sent event, whose data can be replaced while all else stays as it came. */
export class SseEvent {
  private readonly lines: readonly Line[];

  /**
   * @param bytes with the empty line, unless the stream has ended before it.
   * @throws {EnvelopeError} if a byte order mark begins a line inside of the stream: some readers take that for no field.
   */
  constructor(
    private readonly bytes: Buffer,
    place: 'start of the stream' | 'start of a line',
  ) {
    this.lines = linesOf(bytes, place);
  }

  /** The values of its data fields, joined by LF; empty if it has none. */
  get data(): Buffer {
    const data = this.lines.filter(({ isData }) => isData);
    if (data.length === 1) return this.bytes.subarray(data[0]!.start, data[0]!.end);
    const values = data.flatMap(({ start, end }) => [LINE_FEED, this.bytes.subarray(start, end)]);
    return Buffer.concat(values.slice(1));
  }

  /** The event with other data, at the place of its first line of data. */
  withData(data: Buffer): Buffer {
    const first = this.lines.find(({ isData }) => isData);
    const parts = this.lines.map((line) => {
      if (line === first) return dataLines(data, this.lineEnd);
      return line.isData ? NOTHING : this.bytes.subarray(line.from, line.to);
    });
    return joined(parts);
  }

  /** What tells the client where the stream stands, as an event without data; nothing if the event does not tell. */
  withoutData(): Buffer {
    const whole = this.lines.filter(({ end, to }) => to > end);
    const kept = whole.filter((line) => this.isField(line, 'id') || this.isField(line, 'retry'));
    if (kept.length === 0) return NOTHING;
    const lines = kept.map(({ from, to }) => this.bytes.subarray(from, to));
    return joined([...lines, NO_DATA, this.lineEnd, this.endOf(whole.at(-1)!)]);
  }

  /** The bytes that end the lines of this event. */
  private get lineEnd(): Buffer {
    const line = this.lines.find(({ isData, end, to }) => isData && to > end);
    return line === undefined ? LINE_FEED : this.endOf(line);
  }

  private endOf({ end, to }: Line): Buffer {
    return this.bytes.subarray(end, to);
  }

  private isField({ begin, end }: Line, name: string): boolean {
    const text = this.bytes.toString('latin1', begin, Math.min(end, begin + name.length + 1));
    return text === name || text === `${name}:`;
  }
}

function linesOf(bytes: Buffer, place: 'start of the stream' | 'start of a line'): Line[] {
  const tokens = new SseTokenizer(place);
  const lines: Line[] = [];
  tokens.feed(bytes);
  for (let from = 0; tokens.next(); from = tokens.at) {
    const { at: to, begin, start, end, isData } = tokens;
    if (startsWithMark(bytes, begin)) unreadable('a byte order mark inside of a stream of events');
    lines.push({ from, to, begin, start, end, isData });
  }
  return lines;
}

const startsWithMark = (bytes: Buffer, at: number): boolean =>
  bytes[at] === BYTE_ORDER_MARK[0] && bytes.subarray(at, at + 3).equals(BYTE_ORDER_MARK);

/** The lines put together. A line that ended with CR stays apart from an empty line of LF that did not follow it before. */
function joined(lines: readonly Buffer[]): Buffer {
  const before = Buffer.concat(lines.slice(0, -1));
  const last = lines.at(-1)!;
  const wouldMerge = before.at(-1) === CR && last[0] === LF;
  return Buffer.concat(wouldMerge ? [before, LINE_FEED, last] : [before, last]);
}

/** Lines of data that readers put together to this value. */
function dataLines(value: Buffer, lineEnd: Buffer): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  for (let at = value.indexOf(LINE_FEED); at >= 0; at = value.indexOf(LINE_FEED, from)) {
    parts.push(DATA, value.subarray(from, at), lineEnd);
    from = at + 1;
  }
  return Buffer.concat([...parts, DATA, value.subarray(from), lineEnd]);
}
