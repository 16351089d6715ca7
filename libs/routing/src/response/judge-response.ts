import type { IncomingHttpHeaders } from 'node:http';
import { GatewayFault, HEADERS, REASONS, type Reason } from '#libs/contract';
import type { Exchange, Route } from '#libs/auth';
import { hopOf, nextHopFault, type NextHopFailure } from '../fault/transport-fault.js';
import { single } from './response-headers.js';
import { readServerTiming, waited } from './server-timing.js';

type Hop = Extract<Route, { kind: 'hop' }>;

/** A hop as a gateway writes it: two names or hosts. */
const HOP_TEXT = /^[a-z0-9.:[\]-]{1,260}->[a-z0-9.:[\]-]{1,260}$/;

/**
 * Says whether the next hop's response may be passed on.
 * @throws GatewayFault when this gateway must answer itself.
 */
export function judgeResponse(
  exchange: Exchange,
  route: Route,
  ownGateway: string,
  status: number,
  headers: IncomingHttpHeaders,
): void {
  if (route.kind === 'upstream') judgeUpstream(route, ownGateway, status);
  else judgeHop(exchange, route, ownGateway, status, headers);
}

/** The server's 401 would send the agent to log in elsewhere, and its redirect leads where the registry does not. */
function judgeUpstream(route: Route, ownGateway: string, status: number): void {
  const context = { ...hopOf(route, ownGateway), detail: `status ${status}` };
  if (status === 401 || status === 403) throw new GatewayFault('upstream_auth', context);
  if (status >= 300 && status < 400) throw new GatewayFault('upstream_redirect', context);
}

function judgeHop(
  exchange: Exchange,
  route: Hop,
  ownGateway: string,
  status: number,
  headers: IncomingHttpHeaders,
): void {
  const reason = reasonIn(headers);
  assertHopAccepted(route, ownGateway, reason);
  assertFromGateway(exchange, route, ownGateway, status, headers);
  assertPlausible(route, ownGateway, status, headers, reason);
  assertUsable(route, ownGateway, reason);
  exchange.outcome.reason = reason;
  exchange.outcome.hop = reason === null ? null : failedHopIn(headers, route, ownGateway);
  noteProxyLatency(exchange, single(headers, HEADERS.serverTiming));
}

const refusedHop = (route: Hop, ownGateway: string, reason: Reason): GatewayFault =>
  new GatewayFault(reason, {
    ...hopOf(route, ownGateway),
    status: 502,
    detail: `gateway ${route.peer.name} refused it`,
  });

/** A gateway that does not believe a hop context does not take the request id from it either. */
function assertHopAccepted(route: Hop, ownGateway: string, reason: Reason | null): void {
  if (reason === 'hop_untrusted') throw refusedHop(route, ownGateway, reason);
}

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
function assertFromGateway(
  exchange: Exchange,
  route: Hop,
  ownGateway: string,
  status: number,
  headers: IncomingHttpHeaders,
): void {
  if (single(headers, HEADERS.requestId) === exchange.requestId) return;
  const detail = `status ${status}, not from a gateway`;
  throw nextHopFault(route, ownGateway, STAND_IN[status] ?? 'invalid_response', { detail });
}

/**
 * A handling gateway passes on no redirect and no 401 or 403 that it has not made itself, and says why it refuses. Anything
 * else would send the agent to log in, or be recorded as a denial of what was answered.
 */
function assertPlausible(
  route: Hop,
  ownGateway: string,
  status: number,
  headers: IncomingHttpHeaders,
  reason: Reason | null,
): void {
  const isRedirect = status >= 300 && status < 400;
  const isUnexplained = (status === 401 || status === 403) && headers[HEADERS.reason] === undefined;
  const isContradiction = reason !== null && status < 400 && REASONS[reason].status >= 400;
  if (!isRedirect && !isUnexplained && !isContradiction) return;
  const detail = `status ${status} with reason ${reason ?? 'unknown'}`;
  throw nextHopFault(route, ownGateway, 'invalid_response', { detail });
}

/** Refusals that concern the two gateways, and not the agent. */
function assertUsable(route: Hop, ownGateway: string, reason: Reason | null): void {
  // The other gateway knows that the server was moved away from it; this one will know in a moment.
  if (reason === 'loop_detected')
    throw new GatewayFault('config_behind', {
      ...hopOf(route, ownGateway),
      detail: `${route.server.name} has moved to another gateway`,
      retryAfter: 1,
    });
  if (reason !== null && blamesRequest(reason)) throw refusedHop(route, ownGateway, reason);
}

/**
 * True for faults of the request itself. The same request has passed the same checks here, so that it was spoiled on the way
 * between the two gateways; a session is known to the handling gateway only.
 */
function blamesRequest(reason: Reason): boolean {
  const { status } = REASONS[reason];
  return status >= 400 && status < 500 && status !== 401 && status !== 403 && reason !== 'session_unknown';
}

function reasonIn(headers: IncomingHttpHeaders): Reason | null {
  const text = single(headers, HEADERS.reason);
  return text !== undefined && Object.hasOwn(REASONS, text) ? (text as Reason) : null;
}

/** What is not a hop goes into no record. */
function failedHopIn(headers: IncomingHttpHeaders, route: Hop, ownGateway: string): string | null {
  const text = single(headers, HEADERS.failedHop);
  return text !== undefined && HOP_TEXT.test(text) ? text : (hopOf(route, ownGateway).hop ?? null);
}

function noteProxyLatency(exchange: Exchange, serverTiming: string | undefined): void {
  const times = readServerTiming(serverTiming);
  if (times !== null) exchange.proxyLatencyMs = waited(exchange.timings) - times.handling - times.upstream;
}
