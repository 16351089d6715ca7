import { Inject, Injectable } from '@nestjs/common';
import type { Dispatcher } from 'undici';
import { HopSigner, SessionBinding } from '#libs/auth';
import { HEADERS, mcpEndpointPath, type ServerTimeouts } from '#libs/contract';
import { OWN_GATEWAY, traceparentOf, type OwnGateway, type TraceContext } from '#libs/request';
import type { Routed } from '../decision/routing.js';
import type { DialTarget } from './dial-target.js';
import { dropHeader, forwardedHeaders, replaceHeader } from '../passed-headers.js';
import { GATEWAY_DIALER, type GatewayDialer } from './gateway-dialer.js';
import { UpstreamDialer } from './upstream.dialer.js';

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

type Waits = Pick<ServerTimeouts, 'responseMs' | 'idleStreamMs'>;

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

  /** @throws GatewayError `session_unknown`, `session_key_missing` or `hop_key_missing`. */
  build(routed: Routed): NextRequest {
    const { request, message, nextHop, server } = routed;
    const headers = forwardedHeaders(request.headers);
    addTrace(headers, message.trace);
    if (nextHop.kind === 'upstream') {
      this.openSession(headers, routed);
      return requestOn(this.upstreams.dial(server), routed, headers, server.timeouts);
    }
    this.addHopHeaders(headers, routed, nextHop.name);
    const target = this.gateways.dial(nextHop.peer, mcpEndpointPath(server.name));
    return requestOn(target, routed, headers, hopWaits(server.timeouts));
  }

  private openSession(headers: string[], { request, asked, caller, server }: Routed): void {
    const outward = request.header(HEADERS.sessionId);
    if (outward === undefined) return;
    // Modern revisions have no sessions and ignore the header (MCP 2026-07-28, transports).
    if (asked.era === 'modern') return dropHeader(headers, HEADERS.sessionId);
    const id = this.sessions.open(outward, caller.principal, server.name);
    replaceHeader(headers, HEADERS.sessionId, id);
  }

  /** The caller's credential goes on to the handling gateway, which validates it again, and ends there. */
  private addHopHeaders(headers: string[], routed: Routed, peer: string): void {
    const { request } = routed;
    const { authorization, via } = request.headers;
    const userAgent = request.header('user-agent');
    if (authorization !== undefined) headers.push('authorization', authorization);
    if (userAgent !== undefined) headers.push('user-agent', userAgent);
    const self = `1.1 ${this.own.label}`;
    headers.push('via', via === undefined ? self : `${via}, ${self}`);
    headers.push(HEADERS.hop, this.signer.sign(routed, peer));
  }
}

function addTrace(headers: string[], trace: TraceContext): void {
  headers.push('traceparent', traceparentOf(trace));
  // A value that no header may hold would make the request impossible; it came from the body.
  if (trace.state !== null && HEADER_TEXT.test(trace.state)) headers.push('tracestate', trace.state);
}

function requestOn(
  { dispatcher, origin, path }: DialTarget,
  { request, message }: Routed,
  headers: string[],
  { responseMs, idleStreamMs }: Waits,
): NextRequest {
  return {
    dispatcher,
    options: {
      origin,
      path,
      method: request.httpMethod,
      headers,
      body: message.body.length > 0 ? message.body : null,
      headersTimeout: responseMs,
      bodyTimeout: idleStreamMs,
    },
  };
}

/** Beyond the hop, the wait for the answer begins only when the MCP server is connected. */
const hopWaits = ({ connectMs, responseMs, idleStreamMs }: ServerTimeouts): Waits => ({
  responseMs: connectMs + responseMs + HOP_MARGIN_MS,
  idleStreamMs: idleStreamMs + HOP_MARGIN_MS,
});
