import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { assertFraming, awaitsContinue, MAX_HEADER_FIELDS } from './message-framing.js';

function request(
  method: string,
  headers: IncomingHttpHeaders,
  httpVersion = '1.1',
  fields = 1,
): IncomingMessage {
  const rawHeaders = Array.from({ length: 2 * fields }, () => 'x');
  return {
    method,
    headers: { host: 'a', ...headers },
    httpVersion,
    rawHeaders,
  } as unknown as IncomingMessage;
}

describe('assertFraming', () => {
  it.each([
    ['a body with a length', request('POST', { 'content-length': '5' })],
    ['a chunked body', request('POST', { 'transfer-encoding': 'Chunked' })],
    ['a GET without a body', request('GET', {})],
    ['a GET with a body of no bytes', request('GET', { 'content-length': '0' })],
    ['HTTP/1.0 without a host', request('POST', { host: undefined }, '1.0')],
    ['an expectation that can be met', request('POST', { expect: '100-Continue' })],
    ['any expectation in HTTP/1.0, where there are none', request('POST', { expect: 'x' }, '1.0')],
    ['as many headers as are allowed', request('POST', {}, '1.1', MAX_HEADER_FIELDS)],
    [
      'another method with a body, which is refused for its method later',
      request('PATCH', { 'content-length': '5' }),
    ],
  ])('accepts %s', (_, given) => expect(() => assertFraming(given)).not.toThrow());

  it.each([
    ['HTTP/0.9', request('GET', {}, '0.9'), 'http_version_unsupported'],
    ['HTTP/2.0', request('GET', {}, '2.0'), 'http_version_unsupported'],
    ['one header too many', request('POST', {}, '1.1', MAX_HEADER_FIELDS + 1), 'headers_too_large'],
    ['no host', request('POST', { host: undefined }), 'request_malformed'],
    ['chunks in HTTP/1.0', request('POST', { 'transfer-encoding': 'chunked' }, '1.0'), 'request_malformed'],
    ['another coding', request('POST', { 'transfer-encoding': 'gzip, chunked' }), 'transfer_encoding_unsupported'],
    ['a GET with a body', request('GET', { 'content-length': '1' }), 'body_unexpected'],
    ['a DELETE with chunks', request('DELETE', { 'transfer-encoding': 'chunked' }), 'body_unexpected'],
    ['another expectation', request('POST', { expect: '100-continue, x' }), 'expectation_failed'],
  ])('refuses %s', (_, given, reason) => expect(() => assertFraming(given)).toThrow(reason)); // prettier-ignore
});

describe('awaitsContinue', () => {
  it.each([
    ['1.1', '100-continue', true],
    ['1.0', '100-continue', false],
    ['1.1', undefined, false],
  ])('in HTTP/%s with Expect: %s is %s', (version, expectation, expected) =>
    expect(awaitsContinue(request('POST', { expect: expectation }, version))).toBe(expected),
  );
});
