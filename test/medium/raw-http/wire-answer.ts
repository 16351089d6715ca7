/** One HTTP response as it came over the wire. */
export interface WireAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

interface Cut<T> {
  value: T;
  end: number;
}

const HEAD_END = '\r\n\r\n';

/** The whole responses at the start of the text, and the rest of it. 1xx count as responses. */
export function answersIn(received: string, isHead = false): { answers: WireAnswer[]; rest: string } {
  const answers: WireAnswer[] = [];
  let at = 0;
  for (;;) {
    const one = answerAt(received, at, isHead);
    if (one === null) return { answers, rest: received.slice(at) };
    answers.push(one.value);
    at = one.end;
  }
}

/** The result or the reason that an answer carries: `result:<value>`, a reason, or null. */
export function meaningOf(answer: WireAnswer): string | null {
  const type = answer.headers['content-type'] ?? '';
  if (answer.body === '' || !/^(?:application\/json|text\/event-stream)/.test(type)) return null;
  const { result, error } = JSON.parse(answer.body.replace(/^data: /, '')) as {
    result?: { call: string };
    error?: { data: { reason: string } };
  };
  return result === undefined ? (error?.data.reason ?? null) : `result:${result.call}`;
}

function answerAt(text: string, start: number, isHead: boolean): Cut<WireAnswer> | null {
  const headEnd = text.indexOf(HEAD_END, start);
  if (headEnd < 0) return null;
  const [statusLine = '', ...fields] = text.slice(start, headEnd).split('\r\n');
  const headers = Object.fromEntries(fields.map(fieldOf));
  const status = Number(/^HTTP\/1\.[01] (\d{3}) /.exec(`${statusLine} `)?.[1]);
  const at = headEnd + HEAD_END.length;
  const body = isHead || status < 200 || status === 204 ? { value: '', end: at } : bodyAt(text, at, headers);
  return body === null ? null : { value: { status, headers, body: body.value }, end: body.end };
}

function fieldOf(line: string): [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}

function bodyAt(text: string, at: number, headers: Record<string, string>): Cut<string> | null {
  if (headers['transfer-encoding'] === 'chunked') return chunksAt(text, at);
  const length = headers['content-length'];
  // Without a length, the body ends with the connection, and so does everything.
  const end = length === undefined ? text.length : at + Number(length);
  return end > text.length ? null : { value: text.slice(at, end), end };
}

function chunksAt(text: string, start: number): Cut<string> | null {
  let value = '';
  let at = start;
  for (;;) {
    const lineEnd = text.indexOf('\r\n', at);
    if (lineEnd < 0) return null;
    const size = parseInt(text.slice(at, lineEnd), 16);
    const end = lineEnd + 2 + size + 2;
    if (end > text.length) return null;
    if (size === 0) return { value, end };
    value += text.slice(lineEnd + 2, end - 2);
    at = end;
  }
}
