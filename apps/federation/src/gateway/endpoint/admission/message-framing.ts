import type { IncomingMessage } from 'node:http';
import { GatewayError } from '#libs/contract';

/** Header fields of one request; more than any client of the protocol sends. */
export const MAX_HEADER_FIELDS = 256;
/** Methods whose body has no meaning, so that another reader might overlook it (RFC 9110 §9.3). */
const BODILESS = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE']);
const VERSIONS = new Set(['1.1', '1.0']);

/**
 * Where a message ends must be beyond doubt, for this gateway and for whatever proxy stands before it. The parser has
 * refused what is no HTTP at all; this refuses what it lets pass (RFC 9112 §2.3, §3.2, §6).
 * @throws GatewayError `http_version_unsupported`, `headers_too_large`, `request_malformed`,
 *   `transfer_encoding_unsupported`, `body_unexpected` or `expectation_failed`.
 */
export function assertFraming(request: IncomingMessage): void {
  if (!VERSIONS.has(request.httpVersion)) throw new GatewayError('http_version_unsupported');
  if (request.rawHeaders.length > 2 * MAX_HEADER_FIELDS) throw new GatewayError('headers_too_large');
  if (request.httpVersion === '1.1' && request.headers.host === undefined) throw malformed('no Host header');
  assertTransferEncoding(request);
  if (BODILESS.has(request.method ?? '') && announcesBody(request)) throw new GatewayError('body_unexpected');
  if (request.headers.expect !== undefined) assertExpectation(request, request.headers.expect);
}

/** True if the client waits for leave to send the body (RFC 9110 §10.1.1). */
export const awaitsContinue = ({ headers, httpVersion }: IncomingMessage): boolean =>
  headers.expect !== undefined && httpVersion === '1.1';

const malformed = (detail: string): GatewayError => new GatewayError('request_malformed', { detail });

function assertTransferEncoding({ headers, httpVersion }: IncomingMessage): void {
  const encoding = headers['transfer-encoding'];
  if (encoding === undefined) return;
  if (httpVersion !== '1.1') throw malformed('Transfer-Encoding in HTTP/1.0');
  if (encoding.toLowerCase() !== 'chunked') throw new GatewayError('transfer_encoding_unsupported');
}

const announcesBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

function assertExpectation(request: IncomingMessage, expect: string): void {
  if (awaitsContinue(request) && expect.toLowerCase() !== '100-continue')
    throw new GatewayError('expectation_failed');
}

type MessageHeaders = Pick<IncomingMessage, 'headers' | 'rawHeaders'>;

/** Headers that decide something and must therefore not be open to two readings. */
const ONCE = new Set([
  'authorization',
  'host',
  'content-length',
  'content-type',
  'content-encoding',
  'origin',
  'transfer-encoding',
  'causeway-hop',
  'mcp-method',
  'mcp-name',
  'mcp-protocol-version',
  'mcp-session-id',
  'last-event-id',
  'traceparent',
]);

/**
 * The first of these headers that occurs twice, or null. Node's parsed headers hide repetitions, so the raw ones count; where
 * there are as many names of the one kind as of the other, nothing is repeated.
 */
export function repeatedHeader({ headers, rawHeaders }: MessageHeaders): string | null {
  let names = 0;
  for (const _ in headers) names++;
  return 2 * names === rawHeaders.length ? null : firstRepeated(rawHeaders);
}

function firstRepeated(rawHeaders: readonly string[]): string | null {
  const seen = new Set<string>();
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] ?? '').toLowerCase();
    if (!ONCE.has(name)) continue;
    if (seen.has(name)) return name;
    seen.add(name);
  }
  return null;
}
