import { Inject, Injectable } from '@nestjs/common';
import type { Dispatcher } from 'undici';
import {
  HopSigner,
  OWN_GATEWAY,
  SessionBinding,
  traceparentOf,
  type Exchange,
  type OwnGateway,
  type Principal,
  type Route,
} from '#libs/auth';
import { HEADERS, mcpEndpointPath, type ConfigServer, type ServerTimeouts } from '#libs/contract';
import { GATEWAY_DIALER, type GatewayDialer } from '../dialing/gateway-dialer.js';
import type { Line } from '../dialing/line.js';
import { UpstreamDialer } from '../dialing/upstream.dialer.js';
import { dropHeader, forwardedHeaders, replaceHeader } from './forwarded-headers.js';

/**
 * What a hop's time-outs exceed those at the handling gateway by, milliseconds: the gateway next to the failure shall
 * report it.
 */
export const HOP_MARGIN_MS = 2000;
const HEADER_TEXT = /^[\x20-\x7e]{1,512}$/;

export interface NextRequest {
  readonly dispatcher: Dispatcher;
  readonly options: Dispatcher.DispatchOptions;
}

/** Builds the request to the next hop. The body is the original bytes. */
@Injectable()
export class NextRequests {
  constructor(
    @Inject(GATEWAY_DIALER) private readonly gateways: GatewayDialer,
    private readonly upstreams: UpstreamDialer,
    private readonly signer: HopSigner,
    private readonly sessions: SessionBinding,
    @Inject(OWN_GATEWAY) private readonly own: OwnGateway,
  ) {}

  /** @throws GatewayFault `session_unknown`, `session_key_missing` or `hop_key_missing`. */
  build(exchange: Exchange, route: Route, principal: Principal): NextRequest {
    const headers = forwardedHeaders(exchange.request.headers);
    addTrace(headers, exchange);
    if (route.kind === 'upstream') {
      this.openSession(headers, exchange, principal);
      return requestOn(this.upstreams.dial(route.server), exchange, headers, route.server.timeouts);
    }
    this.addHopHeaders(headers, exchange, route.peer.name);
    const line = this.gateways.dial(route.peer, mcpEndpointPath(exchange.server));
    return requestOn(line, exchange, headers, hopTimeouts(route.server));
  }

  private openSession(headers: string[], exchange: Exchange, principal: Principal): void {
    const outward = exchange.header(HEADERS.sessionId);
    if (outward === undefined) return;
    // Modern revisions have no sessions and ignore the header (MCP 2026-07-28, transports).
    if (exchange.envelope?.era === 'modern') return dropHeader(headers, HEADERS.sessionId);
    replaceHeader(headers, HEADERS.sessionId, this.sessions.open(outward, principal, exchange.server));
  }

  /** The caller's credential goes on to the handling gateway, which validates it again, and ends there. */
  private addHopHeaders(headers: string[], exchange: Exchange, peer: string): void {
    const { authorization, via } = exchange.request.headers;
    const userAgent = exchange.header('user-agent');
    if (authorization !== undefined) headers.push('authorization', authorization);
    if (userAgent !== undefined) headers.push('user-agent', userAgent);
    const self = `1.1 ${this.own.name}`;
    headers.push('via', via === undefined ? self : `${via}, ${self}`);
    headers.push(HEADERS.hop, this.signer.sign(exchange, peer));
  }
}

function addTrace(headers: string[], { trace }: Exchange): void {
  if (trace === null) return;
  headers.push('traceparent', traceparentOf(trace));
  // A value that no header may hold would make the request impossible; it came from the body.
  if (trace.state !== null && HEADER_TEXT.test(trace.state)) headers.push('tracestate', trace.state);
}

function requestOn(
  { dispatcher, origin, path }: Line,
  exchange: Exchange,
  headers: string[],
  { responseMs, idleStreamMs }: Pick<ServerTimeouts, 'responseMs' | 'idleStreamMs'>,
): NextRequest {
  return {
    dispatcher,
    options: {
      origin,
      path,
      method: exchange.httpMethod,
      headers,
      body: exchange.body.length > 0 ? exchange.body : null,
      headersTimeout: responseMs,
      bodyTimeout: idleStreamMs,
    },
  };
}

/** Beyond the hop, the wait for the answer begins only when the MCP server is connected. */
function hopTimeouts({ timeouts }: ConfigServer): Pick<ServerTimeouts, 'responseMs' | 'idleStreamMs'> {
  return {
    responseMs: timeouts.connectMs + timeouts.responseMs + HOP_MARGIN_MS,
    idleStreamMs: timeouts.idleStreamMs + HOP_MARGIN_MS,
  };
}
