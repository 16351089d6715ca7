import type { IncomingHttpHeaders } from 'node:http';
import { GatewayFault, HEADERS, REASONS, type Reason } from '#libs/contract';
import type { Exchange, Route } from '#libs/auth';
import { hopOf } from '../fault/transport-fault.js';
import { single } from './response-headers.js';
import { readServerTiming, waited } from './server-timing.js';

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
  const context = hopOf(route, ownGateway);
  if (status === 401 || status === 403) throw new GatewayFault('upstream_auth', context);
  if (status >= 300 && status < 400) throw new GatewayFault('upstream_redirect', context);
}

function judgeHop(
  exchange: Exchange,
  route: Route,
  ownGateway: string,
  status: number,
  headers: IncomingHttpHeaders,
): void {
  assertFromGateway(exchange, route, ownGateway, status, headers);
  const reason = reasonIn(headers);
  if (reason === 'hop_untrusted')
    throw new GatewayFault(reason, {
      ...hopOf(route, ownGateway),
      status: 502,
      detail: `gateway ${route.kind === 'hop' ? route.peer.name : ''} refused it`,
    });
  // The other gateway knows that the server was moved away from it; this one will know in a moment.
  if (reason === 'loop_detected')
    throw new GatewayFault('config_behind', {
      ...hopOf(route, ownGateway),
      detail: `${route.server.name} has moved to another gateway`,
      retryAfter: 1,
    });
  exchange.outcome.reason = reason;
  exchange.outcome.hop = single(headers, HEADERS.failedHop) ?? null;
  noteProxyLatency(exchange, single(headers, HEADERS.serverTiming));
}

/** Something between the gateways, such as a load balancer, may have answered in the gateway's place. */
function assertFromGateway(
  exchange: Exchange,
  route: Route,
  ownGateway: string,
  status: number,
  headers: IncomingHttpHeaders,
): void {
  if (single(headers, HEADERS.requestId) === exchange.requestId) return;
  const isAbsent = status >= 502 && status <= 504;
  throw new GatewayFault(isAbsent ? 'remote_gateway_unreachable' : 'remote_gateway_invalid_response', {
    ...hopOf(route, ownGateway),
    detail: `status ${status}, not from a gateway`,
  });
}

function reasonIn(headers: IncomingHttpHeaders): Reason | null {
  const text = single(headers, HEADERS.reason);
  return text !== undefined && Object.hasOwn(REASONS, text) ? (text as Reason) : null;
}

function noteProxyLatency(exchange: Exchange, serverTiming: string | undefined): void {
  const times = readServerTiming(serverTiming);
  if (times !== null) exchange.proxyLatencyMs = waited(exchange.timings) - times.handling - times.upstream;
}
