const NEWLINE = 0x0a;
const MAX_LINE_BYTES = 16 * 1024 * 1024;

/**
 * The lines of an NDJSON stream. They are split at the newline byte only: `node:readline` also splits at U+2028, which
 * JSON allows inside a string.
 */
export async function* ndjsonLines(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest: Buffer[] = [];
  let restBytes = 0;
  for await (const chunk of stream) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      rest.push(chunk.subarray(start, end));
      yield Buffer.concat(rest).toString('utf8');
      rest = [];
      restBytes = 0;
      start = end + 1;
    }
    rest.push(chunk.subarray(start));
    restBytes += chunk.length - start;
    if (restBytes > MAX_LINE_BYTES) throw new Error('a line of the snapshot is too long');
  }
  if (restBytes > 0) yield Buffer.concat(rest).toString('utf8');
}
