import { negotiatesEra, type GatewayError, type Reason } from '#libs/contract';
import type { BodyTransform } from './body-transform.js';
import type { SentRequest } from './open-response.js';
import { RefusedAnswer, type Refusal } from './refused-answer.js';
import type { ResponseHead } from './response-head.js';

export const EVENT_STREAM = 'text/event-stream';
export const JSON_TYPE = 'application/json';
const NO_CONTENT = 204;
const isReadable = (mediaType: string): boolean => mediaType === JSON_TYPE || mediaType === EVENT_STREAM;

/** Statuses by which an HTTP server says that there is no MCP endpoint at this path. */
const NO_ENDPOINT = new Set([404, 405]);
export const PATH_HINT = 'the registered URL may lack its path, such as /mcp';

const never = (): boolean => false;
const ifEmpty = (body: Buffer): boolean => body.length === 0;
const ifJsonRpc = (body: Buffer): boolean => body.includes('"jsonrpc"');

/**
 * What holds back the answer to a request because it may not go on, or null. The MCP server's 401 would send the agent to
 * log in elsewhere, and its redirect leads where the registry does not. A JSON-RPC request is answered by JSON or by a stream
 * of events and a GET by a stream (MCP 2025-11-25, Transports); a page of a proxy on the way is neither, and would look like an
 * answer of the MCP server.
 */
export function bodyCheckFor(sent: SentRequest, head: ResponseHead): BodyTransform | null {
  const refusal = refusalOf(sent, head);
  return refusal === null ? null : new RefusedAnswer(refusal, head);
}

function refusalOf(sent: SentRequest, head: ResponseHead): Refusal | null {
  const { asked, nextHop } = sent;
  const { status } = head;
  if (status < 300) return asked.httpMethod === 'GET' ? ofStream(sent, head) : ofResult(sent, head);
  if (nextHop.kind === 'hop') return null;
  if (status === 401 || status === 403) return because(sent, 'upstream_auth');
  if (status < 400) return because(sent, 'upstream_redirect');
  return asked.kind === 'request' ? ofError(sent, head) : null;
}

const because = ({ nextHop }: SentRequest, reason: Reason): Refusal => ({
  fault: (detail) => nextHop.because(reason, { detail }),
  passes: never,
});

/** What a GET finds inside a network is not shown to whoever registered the URL: only the log has it. */
function ofStream({ nextHop }: SentRequest, head: ResponseHead): Refusal | null {
  if (head.mediaType === EVENT_STREAM) return null;
  const detail = 'it answered GET with something other than a stream of events';
  return {
    fault: (said) => nextHop.fault('invalid_response', { detail, cause: new Error(`${detail}: ${said}`) }),
    passes: never,
  };
}

function ofResult(
  { asked, nextHop }: SentRequest,
  { status, headers, mediaType }: ResponseHead,
): Refusal | null {
  if (asked.kind !== 'request' || status === NO_CONTENT) return null;
  if (isReadable(mediaType) || headers['content-length'] === '0') return null;
  const problem =
    mediaType === '' ? 'its body has no media type' : 'its body is neither JSON nor a stream of events';
  return {
    fault: (said) => nextHop.fault('invalid_response', { detail: `${problem} (${said})` }),
    passes: ifEmpty,
  };
}

/** The status goes on, and so does what MCP itself says; of anything else the agent learns in a form that it can read. */
function ofError(sent: SentRequest, { status, mediaType, headers }: ResponseHead): Refusal | null {
  const isNoEndpoint = negotiatesEra(sent.asked.method) && NO_ENDPOINT.has(status);
  if (isReadable(mediaType) && !isNoEndpoint) return null;
  const retryAfter = Number(headers['retry-after'] ?? NaN);
  const details = { status, ...(Number.isInteger(retryAfter) && { retryAfter }) };
  return {
    fault: (said) => upstreamStatus(sent, isNoEndpoint ? `${said}; ${PATH_HINT}` : said, details),
    passes: ifJsonRpc,
  };
}

const upstreamStatus = (
  { nextHop }: SentRequest,
  detail: string,
  details: { status: number; retryAfter?: number },
): GatewayError => nextHop.because('upstream_status', { detail, ...details });
