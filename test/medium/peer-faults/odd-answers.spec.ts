import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { callOf } from '../../support/relay/raw-client.js';
import {
  bytesAndEnd,
  head,
  startRawPeer,
  whole,
  type RawAnswer,
  type RawPeer,
} from '../../support/relay/raw-peer.js';
import { expectFault, gatewaysFrom, SHORT, PeerFaultHarness, WAYS } from './peer-fault-harness.js';

const HOP = 'azure->far';
const OK = 'HTTP/1.1 200 OK';
const JSON_LINE = 'content-type: application/json';
const CHUNKED = 'transfer-encoding: chunked';
const ANSWER = '{"jsonrpc":"2.0","id":"x-1","result":{"content":[]}}';
const ANSWERED = whole([OK, JSON_LINE], ANSWER);
const PAGE = '<html>Sign in to the guest network</html>';
const INVALID = {
  status: 502,
  reason: 'upstream_invalid_response',
  hop: HOP,
  proxyStatus: 'http_protocol_error',
};
const AUTH = { status: 502, reason: 'upstream_auth', hop: HOP, proxyStatus: 'http_request_denied' };
const REDIRECT = { status: 502, reason: 'upstream_redirect', hop: HOP, proxyStatus: 'http_protocol_error' };
const BOMB = gzipSync(Buffer.alloc(32 * 1024 * 1024));

/** First these bytes, then a proper answer. */
const before =
  (...heads: string[]): RawAnswer =>
  (socket, request) => {
    for (const one of heads) socket.write(head(one));
    ANSWERED(socket, request);
  };

const chunked = (lines: string[], chunks: string): RawAnswer => bytesAndEnd(head(...lines, CHUNKED) + chunks);

describe('an MCP server that answers oddly', () => {
  let harness: PeerFaultHarness;
  let peer: RawPeer;

  beforeAll(async () => {
    harness = await PeerFaultHarness.start('aws', 'azure');
    peer = harness.owns(await startRawPeer());
    harness.server('far', 'azure', peer.url);
    harness.server('brief', 'azure', peer.url, SHORT);
  });
  beforeEach(() => {
    peer.seen.length = 0;
    harness.forget();
  });
  afterAll(() => harness?.stop());

  describe.each(WAYS)('at %s', (_, entry) => {
    it.each<[string, typeof INVALID, RawAnswer]>([
      ['a page of a proxy', INVALID, whole([OK, 'content-type: text/html'], PAGE)],
      ['a page in chunks', INVALID, chunked([OK, 'content-type: text/html'], '5\r\n<html\r\n0\r\n\r\n')],
      ['a body without a media type', INVALID, whole([OK], PAGE)],
      ['a body without a media type, in chunks', INVALID, chunked([OK], '2\r\n{}\r\n0\r\n\r\n')],
      ['JSON in a media type of its own', INVALID, whole([OK, 'content-type: application/problem+json'], ANSWER)],
      ['two media types', INVALID, whole([OK, JSON_LINE, 'content-type: text/html'], ANSWER)],
      ['headers of 20 KiB', INVALID, whole([OK, JSON_LINE, `x-large: ${'x'.repeat(20 * 1024)}`], ANSWER)],
      ['two session ids', INVALID, whole([OK, JSON_LINE, 'mcp-session-id: a', 'mcp-session-id: b'], ANSWER)],
      ['a session id with a space', INVALID, whole([OK, JSON_LINE, 'mcp-session-id: a b'], ANSWER)],
      ['a session id with characters outside of ASCII', INVALID, whole([OK, JSON_LINE, 'mcp-session-id: é'], ANSWER)],
      ['two lengths', INVALID, bytesAndEnd(head(OK, JSON_LINE, 'content-length: 2', 'content-length: 3') + '{}')],
      ['the same length twice', INVALID, bytesAndEnd(head(OK, JSON_LINE, 'content-length: 2', 'content-length: 2') + '{}')],
      ['a length and chunks', INVALID, bytesAndEnd(head(OK, JSON_LINE, 'content-length: 2', CHUNKED) + '2\r\n{}\r\n0\r\n\r\n')],
      ['a negative length', INVALID, bytesAndEnd(head(OK, JSON_LINE, 'content-length: -1'))],
      ['a header name with a space', INVALID, whole([OK, JSON_LINE, 'x bad: 1'], ANSWER)],
      ['NUL in a header', INVALID, whole([OK, JSON_LINE, 'x-bad: a\0b'], ANSWER)],
      ['a body and nothing else, as HTTP/0.9', INVALID, bytesAndEnd(ANSWER)],
      ['HTTP/2', INVALID, bytesAndEnd('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')],
      ['a status of four digits', INVALID, whole(['HTTP/1.1 2000 OK', JSON_LINE], ANSWER)],
      ['the status 099', INVALID, whole(['HTTP/1.1 099 X', JSON_LINE], ANSWER)],
      ['a 100 Continue that was not asked for', INVALID, before('HTTP/1.1 100 Continue')],
      ['a switch of protocols', INVALID, bytesAndEnd(head('HTTP/1.1 101 Switching Protocols', 'upgrade: h2c', 'connection: upgrade'))],
      ...[300, 301, 302, 303, 304, 307, 308].map(
        (status): [string, typeof INVALID, RawAnswer] => [`the status ${status}`, REDIRECT, whole([`HTTP/1.1 ${status} X`, 'location: http://127.0.0.1:1/'])],
      ),
      ['the status 401', AUTH, whole(['HTTP/1.1 401 X', 'www-authenticate: Bearer resource_metadata="https://evil.example.com"'])],
      ['the status 403', AUTH, whole(['HTTP/1.1 403 X'], PAGE)],
    ])('is at fault when it sends %s', async (__, fault, answer) => {
      peer.answer = answer;
      expectFault(await harness.call(entry, 'far'), 'far', fault);
      expect(peer.seen).toHaveLength(1);
      const record = { status: 'error', reason: fault.reason, hop: HOP };
      expect(await harness.record(...gatewaysFrom(entry))).toMatchObject(record);
    });

    it.each<[string, RawAnswer, { status: number; text?: string; reason?: string }]>([
      ['early hints', before('HTTP/1.1 103 Early Hints', 'HTTP/1.1 102 Processing'), { status: 200, text: ANSWER }],
      ['the status 204', whole(['HTTP/1.1 204 No Content']), { status: 204, text: '' }],
      ['the status 202 without a body', whole(['HTTP/1.1 202 Accepted']), { status: 202, text: '' }],
      ['the status 202 without a body, in chunks', chunked(['HTTP/1.1 202 Accepted'], '0\r\n\r\n'), { status: 202, text: '' }],
      ['an empty body of another type', whole([OK, 'content-type: text/plain']), { status: 200, text: '' }],
      ['a type in capitals with a charset', whole([OK, 'content-type: Application/JSON; charset=UTF-8'], ANSWER), { status: 200, text: ANSWER }],
      ['a body that ends with the connection', bytesAndEnd(head(OK, JSON_LINE, 'connection: close') + ANSWER), { status: 200, text: ANSWER }],
      ['a reason phrase of 100 KiB', whole([`${OK}${'!'.repeat(100 * 1024)}`, JSON_LINE], ANSWER), { status: 200, text: ANSWER }],
      ['a page with an error status', whole(['HTTP/1.1 500 X', 'content-type: text/html'], PAGE), { status: 500, reason: 'upstream_status' }],
      ['a header with characters outside of ASCII', whole([OK, `${JSON_LINE}; x="☃"`], ANSWER), { status: 200, text: ANSWER }],
      ['a status that is not registered', whole(['HTTP/1.1 599 X', JSON_LINE], ANSWER), { status: 599, text: ANSWER }],
      ['the status 413 before it has read the body', (socket) => void socket.end(head('HTTP/1.1 413 X', 'content-length: 0', 'connection: close')), { status: 413, reason: 'upstream_status' }],
    ])('may send %s', async (__, answer, expected) => {
      peer.answer = answer;
      expect(await harness.call(entry, 'far')).toMatchObject({ ...expected, cut: false });
      const reason = expected.status >= 400 ? 'upstream_status' : null;
      expect(await harness.record(...gatewaysFrom(entry))).toMatchObject({ reason });
    });

    it.each<[string, RawAnswer, string]>([
      ['a chunk whose size is no number', chunked([OK, JSON_LINE], '5\r\n{"jso\r\nzz\r\n'), 'upstream_invalid_response'],
      ['a chunk that is too short', chunked([OK, JSON_LINE], '5\r\n{"jso\r\n10\r\nn'), 'upstream_interrupted'],
      ['no last chunk', chunked([OK, JSON_LINE], '5\r\n{"jso\r\n'), 'upstream_interrupted'],
      ['a body shorter than its length', bytesAndEnd(head(OK, JSON_LINE, 'content-length: 99') + '{"jso'), 'upstream_interrupted'],
      ['a body shorter than its length, on a connection that closes', bytesAndEnd(head(OK, JSON_LINE, 'connection: close', 'content-length: 99') + '{"jso'), 'upstream_interrupted'],
    ])('does not make its answer look complete with %s', async (__, answer, reason) => {
      peer.answer = answer;
      const seen = await harness.call(entry, 'far');
      expect(seen.status === 502 || seen.cut).toBe(true);
      expect(await harness.record(...gatewaysFrom(entry))).toMatchObject({ status: 'error', reason, hop: HOP });
    });

    it('does not prolong the wait with endless interim responses', async () => {
      peer.answer = (socket) => {
        const hints = setInterval(() => socket.write(head('HTTP/1.1 103 Early Hints')), 50);
        socket.once('close', () => clearInterval(hints));
      };
      const fault = { status: 504, reason: 'upstream_timeout', hop: 'azure->brief', proxyStatus: 'http_response_timeout' };
      expectFault(await harness.call(entry, 'brief'), 'brief', fault);
      expect(peer.seen).toHaveLength(1);
    });

    it.each([
      ['bytes beyond the length of its answer', (socket) => void socket.write(head(OK, JSON_LINE, `content-length: ${ANSWER.length}`) + ANSWER + PAGE)],
      ['a second answer that nobody asked for', (socket) => void socket.write((head(OK, JSON_LINE, `content-length: ${ANSWER.length}`) + ANSWER).repeat(2))],
      ['the end of a connection that it promised to keep', (socket) => void socket.end(head(OK, JSON_LINE, 'connection: keep-alive', 'keep-alive: timeout=60', `content-length: ${ANSWER.length}`) + ANSWER)],
    ] as [string, RawAnswer][])('does not spoil the answer of the next caller with %s', async (__, answer) => {
      for (let i = 0; i < 3; i++) {
        peer.answer = answer;
        expect((await harness.call(entry, 'far')).text).toBe(ANSWER);
        peer.answer = whole([OK, JSON_LINE], ANSWER.replace('x-1', `own-${i}`));
        expect((await harness.call(entry, 'far')).text).toContain(`own-${i}`);
      }
      expect(peer.seen).toHaveLength(6);
    });

    it('may send a gzip bomb, which passes as it is', async () => {
      peer.answer = (socket) => {
        socket.write(head(OK, JSON_LINE, 'content-encoding: gzip', `content-length: ${BOMB.length}`));
        socket.write(BOMB);
      };
      const answer = await harness.call(entry, 'far');
      expect([answer.status, answer.headers['content-encoding']]).toEqual([200, 'gzip']);
      expect(answer.headers['content-length']).toBe(String(BOMB.length));
      expect(await harness.record(...gatewaysFrom(entry))).toMatchObject({ status: 'success', bytes_out: BOMB.length });
    });

    it('is at fault when it sends a gzip bomb that would have to be filtered', async () => {
      peer.answer = (socket) => {
        socket.write(head(OK, JSON_LINE, 'content-encoding: gzip', `content-length: ${BOMB.length}`));
        socket.write(BOMB);
      };
      harness.policy('all', { tools: ['get_*'] });
      const answer = await harness.call(entry, 'far', callOf('', 'x-1').replace('tools/call', 'tools/list'));
      harness.policy('all', {});
      expect([answer.status, answer.reason]).toEqual([502, 'upstream_invalid_response']);
    });
  });
}); // prettier-ignore
