import * as fc from 'fast-check';

/** An event as a client takes it in. */
export interface ReadEvent {
  id: string | undefined;
  retry: string | undefined;
  /** Null for the default type. */
  type: string | null;
  /** Null if it has no data field: then clients do nothing. */
  data: string | null;
}

interface ReadLine {
  text: string;
  /** Offset behind the line's end. */
  to: number;
  isWhole: boolean;
}

/** The lines of a stream that was taken in so far, without its byte order mark (WHATWG HTML §9.2.6). */
function linesOf(stream: string): ReadLine[] {
  const lines = [...stream.matchAll(/([^\r\n]*)(\r\n|\n|\r|$)/g)].filter(([all]) => all !== '');
  return lines.map(([all, text, end], index) => ({
    text: index === 0 ? text!.replace(/^\ufeff/, '') : text!,
    to: stream.slice(0, lines[index]!.index + all.length).length,
    isWhole: end !== '',
  }));
}

/** Offsets behind the empty lines that end events. */
export const eventEnds = (stream: string): number[] =>
  linesOf(stream).flatMap(({ text, to, isWhole }) => (text === '' && isWhole ? [to] : []));

/** True if what was taken in so far is whole events only. */
export const isBetweenEvents = (stream: string): boolean =>
  stream === '' || eventEnds(stream).at(-1) === stream.length;

const valueOf = (line: string, name: string): string[] =>
  line === name ? [''] : (new RegExp(`^${name}: ?([^]*)$`).exec(line)?.slice(1) ?? []);

/** True if a data field with a value has begun. */
export const hasMessage = (stream: string): boolean =>
  linesOf(stream).some(({ text }) => valueOf(text, 'data').some((value) => value !== ''));

/** The complete events of a stream, but those that have no field at all. */
export function readEvents(stream: string): ReadEvent[] {
  const events: ReadEvent[] = [];
  let lines: string[] = [];
  for (const { text, isWhole } of linesOf(stream))
    if (text !== '') lines.push(text);
    else if (isWhole && lines.length > 0) events.push(readEvent(lines.splice(0)));
  return events;
}

function readEvent(lines: string[]): ReadEvent {
  const values = (name: string): string[] => lines.flatMap((line) => valueOf(line, name));
  const data = values('data');
  return {
    id: values('id').at(-1),
    retry: values('retry').at(-1),
    type: values('event').at(-1) ?? null,
    data: data.length > 0 ? data.join('\n') : null,
  };
}

export const lineEnd = fc.constantFrom('\n', '\r\n', '\r');

/** Where a stream is cut into chunks, also within characters and line ends. */
export const places = fc.array(fc.nat(), { maxLength: 8 });

export function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const inner = [...new Set(at.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  const ends = [0, ...inner, bytes.length];
  return ends.slice(1).map((end, i) => bytes.subarray(ends[i], end));
}
