import { closed, refused, served, type Outcome } from './forms/form.js';

/** nginx answers by itself, with an error status and a page of its own, and forwards nothing. */
export const BY_NGINX = 'by nginx';

/** What becomes of a form behind nginx. */
export type OutcomeThere = Outcome | typeof BY_NGINX;

const all = (outcome: OutcomeThere, ...names: string[]): [string, OutcomeThere][] =>
  names.map((name) => [name, outcome]);

const framing = all(
  BY_NGINX,
  'CL.TE: a length that covers a smuggled request after the last chunk',
  'TE.CL: a length that ends before the smuggled request',
  'both lengths, although they agree',
  'TE.TE: one of two codings is unknown',
  'Transfer-Encoding after a tab',
  'Transfer-Encoding before a tab',
  'Transfer-Encoding before a space and a colon',
  'Transfer-Encoding that is not the last one',
  'Transfer-Encoding that is named twice',
  'Transfer-Encoding that is listed twice',
  'Transfer-Encoding identity',
  'Transfer-Encoding identity, then chunked',
  'Transfer-Encoding gzip, chunked',
  'Transfer-Encoding that only ends like it',
  'Transfer-Encoding in quotes',
  'Transfer-Encoding with a parameter',
  'Transfer-Encoding that is empty',
  'Transfer-Encoding after a vertical tab',
  'Transfer-Encoding that is folded',
  'Transfer-Encoding in HTTP/1.0',
  'Content-Length twice, equal',
  'Content-Length twice, different',
  'Content-Length as a list',
  'Content-Length with a plus sign',
  'Content-Length with a minus sign',
  'Content-Length in hex',
  'Content-Length with an underscore',
  'Content-Length with a fraction',
  'Content-Length that is empty',
  'Content-Length in two words',
  'Content-Length beyond 64 bits',
  'Content-Length before a space and a colon',
  'a chunked body with a line feed in an extension',
  'a chunked body with a size that is no number',
  'a chunked body with a size that begins with 0x',
  'a chunked body with a negative size',
  'a chunked body with a size beyond 64 bits',
  'a chunked body with an empty size',
  'a chunked body with more data than its size',
);

const heads = all(
  BY_NGINX,
  'a header with a bare carriage return',
  'a header that is folded',
  'a header that begins with a space',
  'a header with a NUL in its value',
  'a header with a NUL in its name',
  'a header with a space in its name',
  'a header with a space before its colon',
  'a header without a name',
  'a header without a colon',
  'a thousand headers',
  'three thousand headers of four bytes',
  'a header of 64 KiB',
  'version HTTP/2.0',
  'version http/1.1',
  'version HTTP/1.1x',
  'version HTTP/01.1',
  "HTTP/2's preface",
  'a TLS hello',
  'a SOCKS hello',
  'a PROXY line before the request',
  'Host that is missing',
  'Host that is empty',
  'Host with a path in it',
  'Host that is a list',
  'Host twice, equal',
  'Host twice, different',
  'Host twice, in two cases',
  'Authorization twice, equal',
  'Authorization twice, the second one good',
  'TRACE',
  'CONNECT',
  'a method in lower case',
  'the metadata document: two hosts',
);

const targets = all(
  BY_NGINX,
  '/api/llm/mcp/near%00/server',
  '/api/llm/mcp/near%/server',
  '/api/llm/mcp/%zz/server',
  '*',
  '\\api\\llm\\mcp\\near\\server',
  'api/llm/mcp/near/server',
  '/api/llm/mcp/near /server',
  '/api/llm/mcp/near\t/server',
  '/api/llm/mcp/near\0/server',
  `/api/llm/mcp/near/server?${'a'.repeat(65)}…`,
  'a target with credentials in its URL',
  'a target with an authority only',
);

/** nginx turns these into plain requests, which the gateway serves. */
const normalised = all(
  served,
  'Transfer-Encoding after a bare line feed',
  'a chunked body with an extension of 20 KiB',
  'a chunked body with a size and a space',
  'a chunked body with a bare line feed after the size',
  'a chunked body with broken trailers',
  'bare line feeds for line ends',
  'a header with a bare line feed',
  'a header with bytes beyond ASCII in its name',
  'version HTTP/1.2',
  'Host with another port',
  'Expect: something else',
  'Expect: a list',
  'a target with the URL of this gateway',
  'a target with another scheme',
);

/** The gateway closes its connection to nginx, and the client's stays open. */
const refusedBehind = [
  ...all(
    refused(400, 'request_malformed'),
    'a header with DEL in its value',
    'an unknown method',
    '/api/llm/mcp/n\xe9ar/server',
    'Content-Type: application/json\x0b',
  ),
  ...all(
    refused(400, 'body_unexpected'),
    'GET with a body',
    'GET with a chunked body',
    'DELETE with a body',
    'a preflight with a body',
    'the metadata document: GET with a body',
  ),
  ...all(refused(431, 'headers_too_large'), '257 headers'),
  ...all(refused(421, 'host_not_allowed'), 'a target with the URL of another host'),
];

const others: [string, OutcomeThere][] = [
  ['no length at all, and a body', closed({ answers: [[400, 'body_unreadable'], [400, null]], calls: [], stays: false })],
  ['a body longer than its length', closed({ answers: [...served.answers, [400, null]], calls: served.calls, stays: false })],
  // An answer in HTTP/0.9 has no head.
  ...all({ answers: [], calls: [], stays: false }, 'HTTP/0.9, a line only', 'HTTP/0.9 with headers and a body'),
  // nginx says 100 Continue at once, whoever asks.
  ['Expect: 100-continue without credentials', { ...refused(401, 'credentials_missing'), answers: [[100, null], [401, 'credentials_missing']] }],
  ['Expect: 100-continue before a body of 5 MiB', closed({ ...refused(413, 'body_too_large'), answers: [[100, null], [413, 'body_too_large']] })],
]; // prettier-ignore

/** By the names of the forms. A form that is not listed has the same outcome as without nginx. */
export const BEHIND_NGINX: ReadonlyMap<string, OutcomeThere> = new Map([
  ...framing,
  ...heads,
  ...targets,
  ...normalised,
  ...refusedBehind,
  ...others,
]);
