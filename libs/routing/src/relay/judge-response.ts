import type { IncomingHttpHeaders } from 'node:http';
import { GatewayFault, HEADERS, isReason, REASONS, type Reason } from '#libs/contract';
import type { RequestLog } from '#libs/request';
import type { GatewayHop, NextHop, NextHopFailure, UpstreamHop } from '../next-hop/next-hop.js';
import { single } from './response-headers.js';
import { readServerTiming } from './server-timing.js';

/** A hop as a gateway writes it: two names or hosts. */
const HOP_TEXT = /^[a-z0-9.:[\]-]{1,260}->[a-z0-9.:[\]-]{1,260}$/;

/** The head of a next hop's response. */
export interface ResponseHead {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

/**
 * Says whether the next hop's response may be passed on, and notes what it says of the request.
 * @throws GatewayFault when this gateway must answer itself.
 */
export function judgeResponse(log: RequestLog, nextHop: NextHop, head: ResponseHead): void {
  if (nextHop.kind === 'upstream') judgeUpstream(nextHop, head.status);
  else judgeHop(log, nextHop, head);
}

/** The server's 401 would send the agent to log in elsewhere, and its redirect leads where the registry does not. */
function judgeUpstream(nextHop: UpstreamHop, status: number): void {
  if (status < 300) return;
  const detail = `status ${status}`;
  if (status === 401 || status === 403) throw nextHop.because('upstream_auth', { detail });
  if (status < 400) throw nextHop.because('upstream_redirect', { detail });
}

function judgeHop(log: RequestLog, nextHop: GatewayHop, head: ResponseHead): void {
  const reason = reasonIn(head.headers);
  const overHop = reason === null ? 'passes' : REASONS[reason].overHop;
  if (reason !== null && overHop === 'distrust') throw refused(nextHop, reason);
  assertFromGateway(log.requestId, nextHop, head);
  assertPlausible(nextHop, head, reason);
  if (reason !== null && overHop === 'fails') throw refused(nextHop, reason);
  if (overHop === 'moved') throw moved(nextHop);
  log.result.reason = reason;
  log.result.hop = reason === null ? null : failedHopIn(head.headers, nextHop);
  noteProxyLatency(log, single(head.headers, HEADERS.serverTiming));
}

const refused = (nextHop: GatewayHop, reason: Reason): GatewayFault =>
  nextHop.because(reason, { status: 502, detail: `gateway ${nextHop.name} refused it` });

/** The other gateway knows that the server was moved away from it; this one will know in a moment. */
const moved = (nextHop: GatewayHop): GatewayFault =>
  nextHop.because('config_behind', {
    detail: `${nextHop.server.name} has moved to another gateway`,
    retryAfter: 1,
  });

/**
 * What a load balancer says of the gateway behind it (RFC 9110 §15.6). Only behind 503 has nothing been sent on; else the
 * call may have been executed, and must not look like one that can be repeated.
 */
const STAND_IN: Readonly<Record<number, NextHopFailure>> = {
  502: 'interrupted',
  503: 'unreachable',
  504: 'timeout',
};

/** Something between the gateways, such as a load balancer, may have answered in the gateway's place. */
function assertFromGateway(requestId: string, nextHop: GatewayHop, { status, headers }: ResponseHead): void {
  if (single(headers, HEADERS.requestId) === requestId) return;
  const detail = `status ${status}, not from a gateway`;
  throw nextHop.fault(STAND_IN[status] ?? 'invalid_response', { detail });
}

/**
 * A handling gateway passes on no redirect and no 401 or 403 that it has not made itself, and says why it refuses. Anything
 * else would send the agent to log in, or be recorded as a denial of what was answered.
 */
function assertPlausible(
  nextHop: GatewayHop,
  { status, headers }: ResponseHead,
  reason: Reason | null,
): void {
  const isRedirect = status >= 300 && status < 400;
  const isUnexplained = (status === 401 || status === 403) && headers[HEADERS.reason] === undefined;
  const isContradiction = reason !== null && status < 400 && REASONS[reason].status >= 400;
  if (!isRedirect && !isUnexplained && !isContradiction) return;
  throw nextHop.fault('invalid_response', { detail: `status ${status} with reason ${reason ?? 'unknown'}` });
}

function reasonIn(headers: IncomingHttpHeaders): Reason | null {
  const text = single(headers, HEADERS.reason);
  return text !== undefined && isReason(text) ? text : null;
}

/** What is not a hop goes into no record. */
function failedHopIn(headers: IncomingHttpHeaders, nextHop: GatewayHop): string {
  const text = single(headers, HEADERS.failedHop);
  return text !== undefined && HOP_TEXT.test(text) ? text : nextHop.label;
}

function noteProxyLatency(log: RequestLog, serverTiming: string | undefined): void {
  const times = readServerTiming(serverTiming);
  if (times !== null) log.proxyLatencyMs = log.waitedMs - times.handling - times.upstream;
}

/** «No stream here» and «sessions cannot be ended» are answers, not failures (MCP 2025-11-25, transports). */
export function noteErrorStatus(log: RequestLog, nextHop: NextHop, httpMethod: string, status: number): void {
  if (status < 400 || log.result.reason !== null) return;
  if (status === 405 && httpMethod !== 'POST') return;
  log.result.reason = 'upstream_status';
  log.result.hop = nextHop.serverLabel;
}
