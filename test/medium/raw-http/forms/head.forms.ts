import {
  bare,
  call,
  CHUNKED,
  CHUNKED_BODY,
  closed,
  ENDPOINT,
  malformed,
  refused,
  served,
  type Form,
  type Outcome,
} from './form.js';

const form = (name: string, bytes: Form['bytes'], direct: Outcome): Form => ({
  name,
  bytes,
  direct,
});

const line = (name: string, header: string, direct: Outcome): Form =>
  form(`a header ${name}`, call({ more: [header] }), direct);

const version = (name: string, direct: Outcome): Form =>
  form(`version ${name}`, call({ version: name }), direct);

const hosted = (name: string, host: Form['bytes'], direct: Outcome): Form =>
  form(`Host ${name}`, (to) => call({ host: [host(to)].filter((text) => text !== '') })(to), direct);

const misdirected = refused(421, 'host_not_allowed');
const ambiguous = refused(400, 'ambiguous_headers');
const tooLarge = closed(refused(431, 'headers_too_large'));
const wrongVersion = closed(refused(505, 'http_version_unsupported'));
/** In HTTP/1.0, a connection lasts for one request. */
const once = closed(served);
const fields = (count: number): string[] => Array.from({ length: count }, (_, i) => `X-${i}: y`);
/** The headers that a call has anyway. */
const OWN_FIELDS = 6;

const LINES: Form[] = [
  form('bare line feeds for line ends', (to) => call()(to).replaceAll('\r\n', '\n'), malformed),
  form('empty lines before the request', (to) => `\r\n\r\n${call()(to)}`, served),
  line('with a bare carriage return', 'X-A: a\rX-B: b', malformed),
  line('with a bare line feed', 'X-A: a\nX-B: b', malformed),
  line('that is folded', 'X-A: a\r\n b', malformed),
  line('that begins with a space', ' X-A: a', malformed),
  line('with a NUL in its value', 'X-A: a\0b', malformed),
  line('with a NUL in its name', 'X\0A: b', malformed),
  line('with DEL in its value', 'X-A: a\x7fb', malformed),
  line('with bytes beyond ASCII in its value', 'X-A: \xc3\xa9\xff', served),
  line('with bytes beyond ASCII in its name', 'X-\xe9: a', malformed),
  line('with a space in its name', 'X A: b', malformed),
  line('with a space before its colon', 'X-A : b', malformed),
  line('without a name', ': b', malformed),
  line('without a colon', 'just a name', malformed),
  form(`${256 - OWN_FIELDS} more headers`, call({ more: fields(256 - OWN_FIELDS) }), served),
  form('257 headers', call({ more: fields(257 - OWN_FIELDS) }), tooLarge),
  form('a thousand headers', call({ more: fields(1000) }), tooLarge),
  form('three thousand headers of four bytes', call({ more: Array.from({ length: 3000 }, () => 'a: ') }), tooLarge),
  line('of 64 KiB', `X-A: ${'a'.repeat(65_536)}`, tooLarge),
]; // prettier-ignore

const VERSIONS: Form[] = [
  version('HTTP/1.0', once),
  form('version HTTP/1.0 that asks to stay', call({ version: 'HTTP/1.0', more: ['Connection: keep-alive'] }), once),
  version('HTTP/1.2', malformed),
  version('HTTP/2.0', wrongVersion),
  version('http/1.1', malformed),
  version('HTTP/1.1x', malformed),
  version('HTTP/01.1', malformed),
  form('HTTP/0.9, a line only', () => `GET ${ENDPOINT}\r\n\r\n`, wrongVersion),
  form('HTTP/0.9 with headers and a body', (to) => call()(to).replace(' HTTP/1.1', ''), wrongVersion),
  form("HTTP/2's preface", () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', malformed),
  form('a TLS hello', () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', malformed),
  form('a SOCKS hello', () => '\x05\x01\x00\r\n\r\n', malformed),
  form('a PROXY line before the request', (to) => `PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n${call()(to)}`, malformed),
]; // prettier-ignore

const HOSTS: Form[] = [
  hosted('that is missing', () => '', malformed),
  form('Host that is missing in HTTP/1.0', call({ version: 'HTTP/1.0', host: [] }), closed(misdirected)),
  hosted('that is empty', () => 'Host:', misdirected),
  hosted('of another site', () => 'Host: evil.example.com', misdirected),
  hosted('with another port', () => 'Host: 127.0.0.1:1', misdirected),
  hosted('with a user in it', (to) => `Host: evil@${to.host}`, misdirected),
  hosted('with a path in it', (to) => `Host: ${to.host}/x`, misdirected),
  hosted('that is a list', (to) => `Host: ${to.host}, ${to.host}`, misdirected),
  hosted('twice, equal', (to) => `Host: ${to.host}\r\nHost: ${to.host}`, ambiguous),
  hosted('twice, different', (to) => `Host: ${to.host}\r\nHost: evil.example.com`, ambiguous),
  hosted('twice, in two cases', (to) => `Host: ${to.host}\r\nhOST: evil.example.com`, ambiguous),
]; // prettier-ignore

const authorized = (name: string, lines: Form['bytes'], direct: Outcome): Form =>
  form(
    `Authorization ${name}`,
    (to) => call({ authorization: [lines(to)].filter((text) => text !== '') })(to),
    direct,
  );

const CREDENTIALS: Form[] = [
  authorized('that is missing', () => '', refused(401, 'credentials_missing')),
  authorized('twice, equal', (to) => `Authorization: Bearer ${to.user.token}\r\nAuthorization: Bearer ${to.user.token}`, ambiguous),
  authorized('twice, the second one good', (to) => `Authorization: Bearer x\r\nauthorization: Bearer ${to.user.token}`, ambiguous),
  authorized('with two schemes in one', (to) => `Authorization: Basic eDp5, Bearer ${to.user.token}`, refused(401, 'credentials_invalid')),
  authorized('in Proxy-Authorization', (to) => `Proxy-Authorization: Bearer ${to.user.token}`, refused(401, 'credentials_missing')),
]; // prettier-ignore

const EXPECTATIONS: Form[] = [
  form('Expect: 100-continue', call({ more: ['Expect: 100-continue'] }), { ...served, answers: [[100, null], ...served.answers] }),
  form('Expect: 100-Continue', call({ more: ['Expect: 100-Continue'] }), { ...served, answers: [[100, null], ...served.answers] }),
  form('Expect: 100-continue in HTTP/1.0', call({ version: 'HTTP/1.0', more: ['Expect: 100-continue'] }), once),
  form('Expect: 100-continue without credentials', call({ authorization: [], more: ['Expect: 100-continue'] }), closed(refused(401, 'credentials_missing'))),
  form('Expect: 100-continue before a body of 5 MiB', call({ length: ['Content-Length: 5000000'], body: '', more: ['Expect: 100-continue'] }), closed(refused(413, 'body_too_large'))),
  form('Expect: something else', call({ more: ['Expect: 200-maybe'] }), closed(refused(417, 'expectation_failed'))),
  form('Expect: a list', call({ more: ['Expect: 100-continue, x'] }), closed(refused(417, 'expectation_failed'))),
  form('Upgrade: websocket', call({ more: ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version: 13'] }), served),
  form('Upgrade: h2c', call({ more: ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__'] }), served),
  form('a GET that would be a WebSocket', bare('GET', { more: ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'] }), { answers: [[200, 'result:GET']], calls: ['GET'], stays: true }),
  form('Connection that names Authorization', call({ more: ['Connection: authorization, content-type'] }), served),
  form('Connection: close', call({ more: ['Connection: close'] }), once),
]; // prettier-ignore

const refusedBody = closed(refused(400, 'body_unexpected'));

const METHODS: Form[] = [
  ...['PUT', 'PATCH', 'PROPFIND', 'QUERY'].map((method) => form(method, call({ method }), refused(405, 'method_not_allowed'))),
  form('TRACE', bare('TRACE'), refused(405, 'method_not_allowed')),
  { ...form('HEAD', bare('HEAD'), refused(405, null)), isHead: true },
  form('CONNECT', (to) => bare('CONNECT', { target: to.host })(to), closed(refused(405, 'method_not_allowed'))),
  form('an unknown method', call({ method: 'FOO' }), malformed),
  form('a method in lower case', call({ method: 'post' }), malformed),
  form('GET', bare('GET'), { answers: [[200, 'result:GET']], calls: ['GET'], stays: true }),
  form('GET with a length of 0', bare('GET', { length: ['Content-Length: 0'] }), { answers: [[200, 'result:GET']], calls: ['GET'], stays: true }),
  form('GET with a body', call({ method: 'GET' }), refusedBody),
  form('GET with a chunked body', call({ method: 'GET', length: CHUNKED, body: CHUNKED_BODY }), refusedBody),
  form('DELETE with a body', call({ method: 'DELETE' }), refusedBody),
  form('a preflight with a body', call({ method: 'OPTIONS', more: ['Origin: https://app.example.com'] }), refusedBody),
]; // prettier-ignore

/** What stands before the body. */
export const HEADS: Form[] = [...LINES, ...VERSIONS, ...HOSTS, ...CREDENTIALS, ...EXPECTATIONS, ...METHODS];
