import type { GatewayFault } from '#libs/contract';
import type { BodyTransform } from './body-transform.js';
import type { ResponseHead } from './judge-response.js';
import { mediaTypeOf, single } from './response-headers.js';
import type { SentRequest } from './sent-request.js';

const ANSWER_TYPES = new Set(['application/json', 'text/event-stream']);
const NO_CONTENT = 204;
const NOTHING: readonly Buffer[] = [];

/** Holds the head of an answer that cannot be one until it is clear that it has no body. */
class NoBodyExpected implements BodyTransform {
  readonly holdsHead = true;

  constructor(private readonly fault: () => GatewayFault) {}

  /** @throws GatewayFault at the first byte. */
  push(chunk: Buffer): readonly Buffer[] {
    if (chunk.length === 0) return NOTHING;
    throw this.fault();
  }

  end(): readonly Buffer[] {
    return NOTHING;
  }
}

/**
 * The check of a response whose body no client could read, or null where the body may be what it likes. A JSON-RPC request
 * is answered by JSON or by a stream of events (MCP 2025-11-25, Transports); a page of a proxy on the way is neither, and
 * would look like an answer of the MCP server.
 */
export function bodyCheckFor(
  { asked, nextHop }: SentRequest,
  { status, headers }: ResponseHead,
): BodyTransform | null {
  if (asked.kind !== 'request' || status >= 300 || status === NO_CONTENT) return null;
  if (headers['content-length'] === '0') return null;
  const type = mediaTypeOf(single(headers, 'content-type'));
  if (ANSWER_TYPES.has(type)) return null;
  const detail =
    type === '' ? 'its body has no media type' : 'its body is neither JSON nor a stream of events';
  return new NoBodyExpected(() => nextHop.fault('invalid_response', { detail }));
}
