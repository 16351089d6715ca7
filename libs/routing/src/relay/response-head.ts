import type { IncomingHttpHeaders } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import {
  ANSWER_HEADERS,
  GatewayError,
  HEADERS,
  isReason,
  REASONS,
  type Reason,
  type GatewayRole,
} from '#libs/contract';
import { type RequestLog, OWN_GATEWAY, type OwnGateway } from '#libs/request';
import { challengeFor, SessionBinding } from '#libs/auth';
import type { GatewayHop, NextHop, NextHopFailure } from '../next-hop/next-hop.js';
import { mediaTypeOf, replaceHeader, returnedHeaders, single } from '../passed-headers.js';
import type { SentRequest } from './open-response.js';

/** A leg as a gateway writes it: two names or hosts. */
const LEG_TEXT = /^[a-z0-9.:[\]-]{1,260}->[a-z0-9.:[\]-]{1,260}$/;

/** The head of a next hop's response. */
export interface ResponseHead {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Type and subtype of its content, in lower case; empty if it has none. */
  readonly mediaType: string;
}

export const responseHead = (status: number, headers: IncomingHttpHeaders): ResponseHead => ({
  status,
  headers,
  mediaType: mediaTypeOf(single(headers, 'content-type')),
});

/** Bytes of the body as the next hop announced them; null if it did not. */
export function lengthIn({ headers }: ResponseHead): number | null {
  const length = headers['content-length'];
  return typeof length === 'string' ? Number(length) : null;
}

/**
 * Says whether another gateway's response may be passed on, and notes what it says of the request.
 * @throws GatewayError when this gateway must answer itself.
 */
function judgeHop(log: RequestLog, nextHop: GatewayHop, head: ResponseHead): void {
  const reason = reasonIn(head.headers);
  const overHop = reason === null ? 'passes' : REASONS[reason].overHop;
  if (reason !== null && overHop === 'distrust') throw refused(nextHop, reason);
  assertFromGateway(log.requestId, nextHop, head);
  assertPlausible(nextHop, head, reason);
  if (reason !== null && overHop === 'fails') throw refused(nextHop, reason);
  if (overHop === 'moved') throw moved(nextHop);
  log.result.reason = reason;
  log.result.leg = reason === null ? null : failedLegIn(head.headers, nextHop);
  noteProxyLatency(log, single(head.headers, HEADERS.serverTiming));
}

const refused = (nextHop: GatewayHop, reason: Reason): GatewayError =>
  nextHop.because(reason, { status: 502, detail: `gateway ${nextHop.name} refused it` });

/** The other gateway knows that the server was moved away from it; this one will know in a moment. */
const moved = (nextHop: GatewayHop): GatewayError =>
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

/** What is not a leg goes into no record. */
function failedLegIn(headers: IncomingHttpHeaders, nextHop: GatewayHop): string {
  const text = single(headers, HEADERS.failedHop);
  return text !== undefined && LEG_TEXT.test(text) ? text : nextHop.label;
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
  log.result.leg = nextHop.serverLabel;
}

/** Milliseconds spent until the response's headers, as a handling gateway reports them. */
export interface HandlingTimes {
  /** At the handling gateway itself. */
  handling: number;
  /** Waiting for the MCP server. */
  upstream: number;
}

const HANDLING = /(?:^|, ?)handling;[^,]*?dur=(\d+(?:\.\d+)?)/;
const UPSTREAM = /(?:^|, ?)mcp;[^,]*?dur=(\d+(?:\.\d+)?)/;

/** Reads what {@link renderServerTiming} wrote at the handling gateway; null if it is not there. */
export function readServerTiming(text: string | undefined): HandlingTimes | null {
  if (text === undefined) return null;
  const handling = HANDLING.exec(text)?.[1];
  return handling === undefined
    ? null
    : { handling: Number(handling), upstream: Number(UPSTREAM.exec(text)?.[1] ?? 0) };
}

const duration = (ms: number): string => Math.max(0, ms).toFixed(1);

const metric = (name: string, description: string, ms: number): string =>
  `${name};desc="${description}";dur=${duration(ms)}`;

/**
 * `Server-Timing` (W3C): this gateway's own time, and what is known of the way behind it.
 * @param beyond What the next gateway says of itself, if there is one.
 */
export function renderServerTiming(
  log: RequestLog,
  role: GatewayRole,
  ownLabel: string,
  beyond: string | undefined,
): string {
  const total = (log.answeredAt ?? performance.now()) - log.startedAt;
  const next = log.waitedMs;
  const own = metric(role, ownLabel, total - next);
  if (log.nextHop?.kind === 'upstream') return `${own}, ${metric('mcp', log.nextHop.name, next)}`;
  if (log.proxyLatencyMs === null || beyond === undefined) return own;
  return `${own}, proxy;dur=${duration(log.proxyLatencyMs)}, ${beyond}`;
}

const VISIBLE_ASCII = /^[\x21-\x7e]+$/;

/** Makes the head of the agent's response from that of the next hop's. */
@Injectable()
export class ResponseHeads {
  constructor(
    private readonly sessions: SessionBinding,
    @Inject(OWN_GATEWAY) private readonly own: OwnGateway,
  ) {}

  /**
   * The headers to answer with, as a flat list of names and values.
   * @throws GatewayError when this gateway must answer itself.
   */
  outgoing(sent: SentRequest, head: ResponseHead): string[] {
    const { nextHop, log, asked } = sent;
    if (nextHop.kind === 'hop') judgeHop(log, nextHop, head);
    noteErrorStatus(log, nextHop, asked.httpMethod, head.status);
    const list = returnedHeaders(head.headers, nextHop.kind === 'hop');
    const session = single(head.headers, HEADERS.sessionId);
    if (session !== undefined) this.bindSession(list, sent, session);
    if (head.status === 401) list.push('www-authenticate', this.challenge(sent));
    this.addTracks(list, sent, head);
    return list;
  }

  /** The handling gateway binds a session to its principal; what comes over a hop is bound already. */
  private bindSession(list: string[], { nextHop, principal, server }: SentRequest, id: string): void {
    if (!VISIBLE_ASCII.test(id))
      throw nextHop.fault('invalid_response', { detail: 'its session id is malformed' });
    if (nextHop.kind === 'upstream')
      replaceHeader(list, HEADERS.sessionId, this.sessions.seal(id, principal, server.name));
  }

  private challenge({ server, log }: SentRequest): string {
    return challengeFor(this.own.url, server.name, log.result.reason ?? 'credentials_invalid');
  }

  private addTracks(list: string[], { log, nextHop, request }: SentRequest, { headers }: ResponseHead): void {
    const isHop = nextHop.kind === 'hop';
    const beyond = isHop ? single(headers, HEADERS.serverTiming) : undefined;
    const via = isHop ? single(headers, 'via') : undefined;
    const { label } = this.own;
    list.push(...ANSWER_HEADERS, HEADERS.requestId, log.requestId);
    list.push(HEADERS.serverTiming, renderServerTiming(log, request.role, label, beyond));
    list.push('via', via === undefined ? `1.1 ${label}` : `${via}, 1.1 ${label}`);
  }
}
