import { call, refused, served, type Form, type Outcome } from './form.js';

const unsupported = refused(415, 'media_type_unsupported');
const encoded = refused(415, 'content_encoding_unsupported');
const ambiguous = refused(400, 'ambiguous_headers');

const typed = (type: string | string[], direct: Outcome): Form => ({
  name: [type].flat().join(' and ') || 'no Content-Type',
  bytes: call({ type: [type].flat() }),
  direct,
});

const coded = (lines: string | string[], direct: Outcome): Form => ({
  name: [lines].flat().join(' and '),
  bytes: call({ more: [lines].flat() }),
  direct,
});

/** What a body says that it is. */
export const MEDIA: Form[] = [
  typed('Content-Type: Application/JSON', served),
  typed('Content-Type: application/json;charset=utf-8', served),
  typed('Content-Type: application/json; charset="UTF-8"', served),
  typed('Content-Type: application/json;', served),
  typed('Content-Type: application/json; charset=utf-16', unsupported),
  typed('Content-Type: application/json; charset=utf-7', unsupported),
  typed('Content-Type: application/json; charset=utf-8; charset=utf-16', unsupported),
  typed('Content-Type: application/json; boundary=x', unsupported),
  typed('Content-Type: application/json, text/plain', unsupported),
  typed('Content-Type: text/plain, application/json', unsupported),
  typed('Content-Type: application/json+x', unsupported),
  typed('Content-Type: application/jsonx', unsupported),
  typed('Content-Type: application/x-www-form-urlencoded', unsupported),
  typed('Content-Type: multipart/form-data; boundary=x', unsupported),
  typed('Content-Type: text/plain', unsupported),
  typed('Content-Type: application/', unsupported),
  typed('Content-Type: json', unsupported),
  typed('Content-Type: ;', unsupported),
  typed('Content-Type:', unsupported),
  typed('Content-Type: */*', unsupported),
  typed('Content-Type: application/json\x0b', {
    answers: [[400, 'request_malformed']],
    calls: [],
    stays: false,
  }),
  typed([], unsupported),
  typed(['Content-Type: application/json', 'Content-Type: application/json'], ambiguous),
  typed(['Content-Type: text/plain', 'content-type: application/json'], ambiguous),
  coded('Content-Encoding: gzip', encoded),
  coded('Content-Encoding: br', encoded),
  coded('Content-Encoding: deflate, identity', encoded),
  coded('Content-Encoding: identity', served),
  coded('Content-Encoding: IDENTITY', served),
  coded('Content-Encoding:', encoded),
  coded(['Content-Encoding: identity', 'Content-Encoding: gzip'], ambiguous),
];
