import { Inject, Injectable } from '@nestjs/common';
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import {
  challengeFor,
  OWN_GATEWAY,
  SessionBinding,
  type Exchange,
  type OwnGateway,
  type Principal,
  type Route,
} from '#libs/auth';
import { GatewayFault, HEADERS } from '#libs/contract';
import { FaultLog } from './fault/fault-log.js';
import { nextHopFault } from './fault/transport-fault.js';
import { loadKindOf } from './limit/load-kind.js';
import { NextHopLimits } from './limit/next-hop-limits.js';
import { ResponseRelay } from './relay/response-relay.js';
import { StreamWatch } from './relay/stream/stream-watch.js';
import { NextRequests, type NextRequest } from './request/next-request.js';
import { judgeResponse } from './response/judge-response.js';
import { returnedHeaders, single } from './response/response-headers.js';
import { renderServerTiming } from './response/server-timing.js';

const VISIBLE_ASCII = /^[\x21-\x7e]+$/;

/** Sends the request to the next hop and relays the response. */
@Injectable()
export class Forwarder {
  constructor(
    private readonly requests: NextRequests,
    private readonly sessions: SessionBinding,
    private readonly watch: StreamWatch,
    private readonly limits: NextHopLimits,
    private readonly faultLog: FaultLog,
    @Inject(OWN_GATEWAY) private readonly own: OwnGateway,
  ) {}

  /**
   * What {@link forward} will send. Nothing has left yet.
   * @throws GatewayFault when the request cannot be made, or when too many are under way already.
   */
  prepare(exchange: Exchange): NextRequest {
    const { route, principal } = exchange;
    if (route === null || principal === null) throw new GatewayFault('access_denied');
    this.limits.assertRoom(route, loadKindOf(exchange));
    return this.requests.build(exchange, route, principal);
  }

  /**
   * Resolves when the response has ended, one way or another.
   * @throws GatewayFault when the next hop failed before anything was sent back.
   */
  async forward(exchange: Exchange, request: NextRequest): Promise<void> {
    const { route, principal, response } = exchange;
    if (route === null || principal === null) throw new GatewayFault('access_denied');
    if (response.destroyed) throw new GatewayFault('client_disconnected');
    const kind = loadKindOf(exchange);
    // While this request's intent was written, others may have taken the last room.
    this.limits.assertRoom(route, kind);
    this.limits.enter(route, kind);
    try {
      await this.relay(exchange, route, principal, request);
    } finally {
      this.limits.leave(route, kind);
    }
  }

  private get ownName(): string {
    return this.own.label;
  }

  private relay(exchange: Exchange, route: Route, principal: Principal, request: NextRequest): Promise<void> {
    exchange.timings.forwarded = performance.now();
    return new Promise((resolve, reject) => {
      const relay = new ResponseRelay(exchange, route, {
        ownGateway: this.ownName,
        watch: this.watch,
        faultLog: this.faultLog,
        head: (status, headers) => this.head(exchange, route, principal, status, headers),
        interim: () => assertInTime(exchange, route, this.ownName, request),
        settle: (fault) => (fault === null ? resolve() : reject(fault)),
        again: () => setImmediate(() => request.dispatcher.dispatch(request.options, relay)),
      });
      request.dispatcher.dispatch(request.options, relay);
    });
  }

  private head(
    exchange: Exchange,
    route: Route,
    principal: Principal,
    status: number,
    headers: IncomingHttpHeaders,
  ): OutgoingHttpHeaders {
    judgeResponse(exchange, route, this.ownName, status, headers);
    noteErrorStatus(exchange, route, this.ownName, status);
    const outgoing = returnedHeaders(headers, route.kind === 'hop');
    this.passSession(outgoing, exchange, route, principal);
    if (status === 401)
      outgoing['www-authenticate'] = challengeFor(
        this.own.url,
        exchange.server,
        exchange.outcome.reason ?? 'credentials_invalid',
      );
    this.addTracks(outgoing, exchange, headers);
    return outgoing;
  }

  /** The handling gateway binds a session to its principal; what comes over a hop is bound already. */
  private passSession(
    outgoing: OutgoingHttpHeaders,
    exchange: Exchange,
    route: Route,
    principal: Principal,
  ): void {
    const id = outgoing[HEADERS.sessionId];
    if (typeof id !== 'string') return;
    if (!VISIBLE_ASCII.test(id))
      throw nextHopFault(route, this.ownName, 'invalid_response', { detail: 'its session id is malformed' });
    if (route.kind === 'upstream')
      outgoing[HEADERS.sessionId] = this.sessions.seal(id, principal, exchange.server);
  }

  private addTracks(outgoing: OutgoingHttpHeaders, exchange: Exchange, headers: IncomingHttpHeaders): void {
    const beyond = exchange.route?.kind === 'hop' ? single(headers, HEADERS.serverTiming) : undefined;
    const via = exchange.route?.kind === 'hop' ? single(headers, 'via') : undefined;
    const self = `1.1 ${this.ownName}`;
    outgoing[HEADERS.requestId] = exchange.requestId;
    outgoing[HEADERS.serverTiming] = renderServerTiming(exchange, this.ownName, beyond);
    outgoing['via'] = via === undefined ? self : `${via}, ${self}`;
  }
}

/** «No stream here» and «sessions cannot be ended» are answers, not failures (MCP 2025-11-25, transports). */
function noteErrorStatus(exchange: Exchange, route: Route, ownGateway: string, status: number): void {
  if (status < 400 || exchange.outcome.reason !== null) return;
  if (status === 405 && exchange.httpMethod !== 'POST') return;
  exchange.outcome.reason = 'upstream_status';
  const handling = route.kind === 'hop' ? route.peer.name : ownGateway;
  exchange.outcome.hop = `${handling}->${route.server.name}`;
}

/**
 * Each interim response (RFC 9110 §15.2) starts the HTTP client's time-out anew; the final one must come in time all the
 * same.
 */
function assertInTime(exchange: Exchange, route: Route, ownGateway: string, { options }: NextRequest): void {
  const waitedMs = performance.now() - (exchange.timings.forwarded ?? 0);
  if (waitedMs > (options.headersTimeout ?? Infinity))
    throw nextHopFault(route, ownGateway, 'timeout', { detail: 'only interim responses came' });
}
