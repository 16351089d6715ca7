import { continueTrace, type Exchange, type OwnGateway } from '#libs/auth';
import type { AuditEnding, AuditFacts, ConfigGateway } from '#libs/contract';
import type { Verdict } from './verdict.js';

const MAX_CLIENT_LENGTH = 200;
const hosts = new Map<string, string>();
const MAX_HOSTS = 1000;

/** What this gateway knows of a request before it leaves. */
export function auditFactsOf(exchange: Exchange, own: OwnGateway): AuditFacts {
  const handling = handlingGateway(exchange);
  return {
    requestId: exchange.requestId,
    role: exchange.role,
    gateway: own.label,
    gatewayHost: own.host,
    timestamp: new Date(exchange.receivedAt).toISOString(),
    ...what(exchange),
    handlingGateway: handling === undefined ? null : hostOf(handling.url),
    entryGateway: entryHost(exchange, own),
    proxyHops: exchange.role === 'handling' || exchange.route?.kind === 'hop' ? 1 : 0,
  };
}

function what(
  exchange: Exchange,
): Pick<
  AuditFacts,
  'user' | 'server' | 'tool' | 'method' | 'decision' | 'policy' | 'revision' | 'traceId' | 'client'
> {
  const { decision } = exchange;
  return {
    user: exchange.principal?.user ?? null,
    server: exchange.server,
    tool: exchange.tool,
    method: exchange.envelope?.method ?? exchange.httpMethod,
    decision: decision === null ? null : decision.allowed ? 'allow' : 'deny',
    policy: decision?.policy ?? null,
    revision: exchange.snapshot?.revision ?? 0,
    traceId: traceIdOf(exchange),
    client: clientOf(exchange),
  };
}

/** How a request ended whose response has closed. */
export function auditEndingOf(exchange: Exchange, { status, reason, hop }: Verdict): AuditEnding {
  return {
    status,
    reason,
    hop,
    httpStatus: exchange.response.headersSent ? exchange.response.statusCode : null,
    totalMs: rounded(performance.now() - exchange.timings.started),
    downstreamMs: downstreamMs(exchange),
    bytesIn: exchange.body.length,
    bytesOut: exchange.bytesOut,
  };
}

function downstreamMs({ timings }: Exchange): number | null {
  if (timings.forwarded === null) return null;
  return rounded((timings.downstreamEnded ?? performance.now()) - timings.forwarded);
}

const rounded = (ms: number): number => Math.round(ms * 1000) / 1000;

function handlingGateway({ snapshot, server }: Exchange): ConfigGateway | undefined {
  const name = snapshot?.server(server)?.handlers[0]?.gateway;
  return name === undefined ? undefined : snapshot?.gateway(name);
}

function entryHost(exchange: Exchange, own: OwnGateway): string | null {
  if (exchange.role === 'entry') return own.host;
  const issuer = exchange.hop === null ? undefined : exchange.snapshot?.gateway(exchange.hop.iss);
  return issuer === undefined ? null : hostOf(issuer.url);
}

/** `host[:port]` of a gateway's URL; there are few, and parsing one costs more than all the rest of a part. */
function hostOf(url: string): string {
  let host = hosts.get(url);
  if (host !== undefined) return host;
  if (hosts.size >= MAX_HOSTS) hosts.clear();
  host = new URL(url).host;
  hosts.set(url, host);
  return host;
}

/** A request that was refused before its body was read has at most a header to tell its trace. */
function traceIdOf(exchange: Exchange): string | null {
  if (exchange.trace !== null) return exchange.trace.traceId;
  const traceparent = exchange.header('traceparent');
  return traceparent === undefined ? null : continueTrace({ traceparent, tracestate: null }).traceId;
}

function clientOf(exchange: Exchange): string | null {
  const client = exchange.envelope?.client;
  const named = client && (client.version === null ? client.name : `${client.name}/${client.version}`);
  return (named ?? exchange.header('user-agent') ?? null)?.slice(0, MAX_CLIENT_LENGTH) ?? null;
}
