import {
  BODY,
  call,
  chunk,
  CHUNKED,
  CHUNKED_BODY,
  closed,
  malformed,
  refused,
  served,
  SMUGGLED,
  smuggledCall,
  type Address,
  type Form,
  type Outcome,
} from './form.js';

const LENGTH = `Content-Length: ${BODY.length}`;
const unsupported = closed(refused(501, 'transfer_encoding_unsupported'));

const form = (name: string, bytes: Form['bytes'], direct: Outcome): Form => ({
  name,
  bytes,
  direct,
});

/** A chunked body that is announced by these lines. */
const coded = (name: string, lines: string | string[], direct: Outcome): Form =>
  form(`Transfer-Encoding ${name}`, call({ length: [lines].flat(), body: CHUNKED_BODY }), direct);

const long = (name: string, lines: string | string[], direct: Outcome): Form =>
  form(`Content-Length ${name}`, call({ length: [lines].flat() }), direct);

const chunked = (name: string, body: string, direct: Outcome): Form =>
  form(`a chunked body ${name}`, call({ length: CHUNKED, body }), direct);

/** A request that ends early for one reader, who then finds another request in the rest. */
const split =
  (...length: string[]) =>
  (to: Address): string =>
    call({ length, body: `0\r\n\r\n${smuggledCall(to)}` })(to);

const TWO_LENGTHS: Form[] = [
  form('CL.TE: a length that covers a smuggled request after the last chunk', split('Content-Length: 500', ...CHUNKED), malformed),
  form('TE.CL: a length that ends before the smuggled request', split(...CHUNKED, 'Content-Length: 5'), malformed),
  form('both lengths, although they agree', call({ length: [LENGTH, ...CHUNKED], body: CHUNKED_BODY }), malformed),
  form('TE.TE: one of two codings is unknown', split(...CHUNKED, 'Transfer-Encoding: x'), malformed),
  form('CL.0: a second request after a first one without a body', (to) => call({ body: '' })(to) + smuggledCall(to), {
    answers: [[400, 'body_unreadable'], [200, `result:${SMUGGLED}`]],
    calls: [SMUGGLED],
    stays: true,
  }),
]; // prettier-ignore

const CODINGS: Form[] = [
  coded('chunked', 'Transfer-Encoding: chunked', served),
  coded('in upper case', 'TRANSFER-ENCODING: CHUNKED', served),
  coded('after a tab', 'Transfer-Encoding:\tchunked', served),
  coded('before a tab', 'Transfer-Encoding: chunked\t', malformed),
  coded('before a space and a colon', 'Transfer-Encoding : chunked', malformed),
  coded('that is not the last one', 'Transfer-Encoding: chunked, identity', malformed),
  coded('that is named twice', ['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'], malformed),
  coded('that is listed twice', 'Transfer-Encoding: chunked, chunked', malformed),
  coded('identity', 'Transfer-Encoding: identity', unsupported),
  coded('identity, then chunked', ['Transfer-Encoding: identity', 'Transfer-Encoding: chunked'], unsupported),
  coded('gzip, chunked', 'Transfer-Encoding: gzip, chunked', unsupported),
  coded('that only ends like it', 'Transfer-Encoding: xchunked', unsupported),
  coded('in quotes', 'Transfer-Encoding: "chunked"', unsupported),
  coded('with a parameter', 'Transfer-Encoding: chunked;x=1', unsupported),
  coded('that is empty', 'Transfer-Encoding:', malformed),
  coded('after a vertical tab', 'Transfer-Encoding:\x0bchunked', malformed),
  coded('that is folded', 'Transfer-Encoding:\r\n chunked', malformed),
  coded('after a bare line feed', 'X-A: a\nTransfer-Encoding: chunked', malformed),
  form('Transfer-Encoding in HTTP/1.0', call({ version: 'HTTP/1.0', length: CHUNKED, body: CHUNKED_BODY }), malformed),
  form('Transfer_Encoding with an underscore', call({ more: ['Transfer_Encoding: chunked'] }), served),
]; // prettier-ignore

const LENGTHS: Form[] = [
  long('twice, equal', [LENGTH, LENGTH], malformed),
  long('twice, different', [LENGTH, 'Content-Length: 1'], malformed),
  long('as a list', `${LENGTH}, ${BODY.length}`, malformed),
  long('with a plus sign', `Content-Length: +${BODY.length}`, malformed),
  long('with a minus sign', `Content-Length: -${BODY.length}`, malformed),
  long('with leading zeros', `Content-Length: 000${BODY.length}`, served),
  long('in hex', `Content-Length: 0x${BODY.length.toString(16)}`, malformed),
  long('with an underscore', 'Content-Length: 1_0', malformed),
  long('with a fraction', `${LENGTH}.0`, malformed),
  long('that is empty', 'Content-Length:', malformed),
  long('in two words', `${LENGTH} 1`, malformed),
  long('beyond 64 bits', 'Content-Length: 18446744073709551617', malformed),
  long('before a space and a colon', `Content-Length : ${BODY.length}`, malformed),
  long('of more than 4 MiB', 'Content-Length: 4194305', closed(refused(413, 'body_too_large'))),
  form('no length at all, and a body', call({ length: [] }), {
    answers: [[400, 'body_unreadable'], [400, 'request_malformed']],
    calls: [],
    stays: false,
  }),
  form('a body longer than its length', (to) => `${call()(to)}xyz`, {
    answers: [...served.answers, [400, 'request_malformed']],
    calls: served.calls,
    stays: false,
  }),
]; // prettier-ignore

const CHUNKS: Form[] = [
  chunked('with an extension', CHUNKED_BODY.replace('\r\n', ';a=b\r\n'), served),
  chunked('with an extension that is quoted', CHUNKED_BODY.replace('\r\n', ';a="b;c"\r\n'), served),
  chunked('with an extension of 20 KiB', CHUNKED_BODY.replace('\r\n', `;${'a'.repeat(20_480)}\r\n`), malformed),
  chunked('with a line feed in an extension', CHUNKED_BODY.replace('\r\n', ';a\nb\r\n'), malformed),
  chunked('in many chunks', `${chunk(BODY.slice(0, 1))}${chunk(BODY.slice(1, 9))}${chunk(BODY.slice(9))}0\r\n\r\n`, served),
  chunked('with leading zeros', `000${CHUNKED_BODY}`, served),
  chunked('with a size that is no number', `zz\r\n${CHUNKED_BODY}`, malformed),
  chunked('with a size that begins with 0x', `0x${CHUNKED_BODY}`, malformed),
  chunked('with a negative size', `-${CHUNKED_BODY}`, malformed),
  chunked('with a size and a space', CHUNKED_BODY.replace('\r\n', ' \r\n'), malformed),
  chunked('with a size beyond 64 bits', `10000000000000000${CHUNKED_BODY}`, malformed),
  chunked('with an empty size', `\r\n${CHUNKED_BODY}`, malformed),
  chunked('with a bare line feed after the size', CHUNKED_BODY.replace('\r\n', '\n'), malformed),
  chunked('with more data than its size', CHUNKED_BODY.replace('\r\n0\r\n', 'x\r\n0\r\n'), malformed),
  chunked('with trailers that nobody asked for', CHUNKED_BODY.replace(/\r\n$/, 'Authorization: Bearer x\r\nX-Trailer: y\r\n\r\n'), served),
  chunked('with broken trailers', CHUNKED_BODY.replace(/\r\n$/, 'no colon\r\n\r\n'), malformed),
]; // prettier-ignore

/** Where a request ends. */
export const FRAMING: Form[] = [...TWO_LENGTHS, ...CODINGS, ...LENGTHS, ...CHUNKS];
