import type { HarnessUser } from '../../../support/relay/gateway-harness.js';
import { callOf, path } from '../../../support/relay/raw-client.js';

/** Where a form is sent, and by whom. */
export interface Address {
  /** What `Host` should say. */
  host: string;
  user: HarnessUser;
}

/** What becomes of a form: one entry for each answer, in order. */
export interface Outcome {
  /** Status, and the reason or `result:<call>` that the body carries; null if it carries none. */
  answers: readonly (readonly [status: number, meaning: string | null])[];
  /** Calls that the MCP server gets, by name. */
  calls: readonly string[];
  /** The connection serves another request afterwards. */
  stays: boolean;
}

/** A form of a request: bytes in, status out. */
export interface Form {
  name: string;
  bytes: (to: Address) => string;
  direct: Outcome;
  /** It is answered as HEAD is: the length in the answer is not that of a body. */
  isHead?: boolean;
}

export const SERVER = 'near';
export const ENDPOINT = path(SERVER);
export const CALL = 'first';
export const SMUGGLED = 'smuggled';
export const BODY = callOf(CALL);
export const CANARY = 'canary-of-the-request';

export const served: Outcome = { answers: [[200, `result:${CALL}`]], calls: [CALL], stays: true };
/** What is said of an outcome in the name of a test: `400 request_malformed`. */
export const summaryOf = ({ answers }: Outcome): string =>
  answers.map(([status, meaning]) => [status, meaning ?? []].flat().join(' ')).join(' and ') || 'no answer';

export const refused = (status: number, reason: string | null): Outcome => ({
  answers: [[status, reason]],
  calls: [],
  stays: true,
});
export const closed = (outcome: Outcome): Outcome => ({ ...outcome, stays: false });
/** Bytes that are not HTTP get one answer, and the connection is closed. */
export const malformed = closed(refused(400, 'request_malformed'));

export interface Message {
  method?: string;
  target?: string;
  version?: string;
  /** Instead of the right Host line. */
  host?: string[];
  authorization?: string[];
  type?: string[];
  /** Lines that say how long the body is; by default its true length. */
  length?: string[];
  more?: string[];
  body?: string;
}

/** A proper tool call, except for what a case changes. */
export const call =
  (changes: Message = {}) =>
  (to: Address): string => {
    const body = changes.body ?? BODY;
    const lines = [
      `${changes.method ?? 'POST'} ${changes.target ?? ENDPOINT} ${changes.version ?? 'HTTP/1.1'}`,
      ...(changes.host ?? [`Host: ${to.host}`]),
      ...(changes.authorization ?? [`Authorization: Bearer ${to.user.token}`]),
      ...(changes.type ?? ['Content-Type: application/json']),
      'Accept: application/json, text/event-stream',
      `X-Canary: ${CANARY}`,
      ...(changes.length ?? [`Content-Length: ${body.length}`]),
      ...(changes.more ?? []),
    ];
    return `${lines.join('\r\n')}\r\n\r\n${body}`;
  };

/** A message without a body. */
export const bare = (method: string, changes: Message = {}): ((to: Address) => string) =>
  call({ method, body: '', length: [], type: [], ...changes });

export const chunk = (data: string): string => `${data.length.toString(16)}\r\n${data}\r\n`;
export const CHUNKED_BODY = `${chunk(BODY)}0\r\n\r\n`;
export const CHUNKED = ['Transfer-Encoding: chunked'];

/** A whole second request, for a reader that is mistaken about where the first one ends. */
export const smuggledCall = (to: Address): string => call({ body: callOf(SMUGGLED) })(to);
