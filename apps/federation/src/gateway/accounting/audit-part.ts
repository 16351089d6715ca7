import {
  REASONS,
  type AuditStatus,
  type Reason,
  handlingGateway,
  type AuditEnding,
  type AuditFacts,
} from '#libs/contract';
import {
  type AgentResponse,
  type RequestLog,
  AUTHENTICATED,
  continueTrace,
  READ,
  type Authenticated,
  type McpRequest,
  type OwnGateway,
  type Passage,
  type Read,
} from '#libs/request';
import { failingLeg, legFrom } from '#libs/routing';
import { AUTHORIZED } from '#libs/auth';
import type { Snapshot } from '#libs/snapshot';

/** How a request ended, for audit and metrics. */
export interface RequestResult {
  readonly status: AuditStatus;
  readonly reason: Reason | null;
  /** The leg on which it failed; null if it did not. */
  readonly leg: string | null;
}

const SUCCESS: RequestResult = Object.freeze({ status: 'success', reason: null, leg: null });

/** Judges a request whose response has closed. @param gateway How this gateway is named. */
export function resultOf(log: RequestLog, response: AgentResponse, gateway: string): RequestResult {
  const { fault, result } = log;
  const caller = log.hop?.iss ?? null;
  if (fault !== null) return ended(log, fault.reason, failingLeg(fault, gateway, caller));
  if (!response.writableFinished && !result.answered)
    return { status: 'cancelled', reason: 'client_disconnected', leg: legFrom(caller, gateway) };
  if (result.reason === null) return SUCCESS;
  const status = REASONS[result.reason].outcome;
  return { status, reason: result.reason, leg: status === 'success' ? null : result.leg };
}

/** Access was lost after the request had gone on: what may have been executed must not be taken for refused. */
function ended({ forwardedAt }: RequestLog, reason: Reason, leg: string): RequestResult {
  const { outcome, refusesWhatWasSent } = REASONS[reason];
  const isWithdrawn = outcome === 'denied' && forwardedAt !== null && !refusesWhatWasSent;
  return { status: isWithdrawn ? 'error' : outcome, reason, leg };
}

const MAX_CLIENT_LENGTH = 200;
const hosts = new Map<string, string>();
const MAX_HOSTS = 1000;

/** What this gateway's part of the audit record says of the request itself, as far as the request has come. */
export function auditFactsOf(passage: Passage, own: OwnGateway): AuditFacts {
  const { request, log } = passage;
  const read = passage.reached(READ);
  const known = passage.reached(AUTHORIZED) ?? read ?? passage.reached(AUTHENTICATED);
  const snapshot = known?.snapshot;
  return {
    requestId: log.requestId,
    role: request.role,
    gateway: own.label,
    gatewayHost: own.host,
    timestamp: timestampOf(log.receivedAt),
    user: known?.caller.principal.user ?? null,
    server: request.server,
    tool: log.asked?.tool ?? null,
    method: log.asked?.method ?? request.httpMethod,
    handlingGateway: handlingHost(snapshot, request.server),
    entryGateway: entryHost(request, known, own),
    proxyHops: request.role === 'handling' || log.nextHop?.kind === 'hop' ? 1 : 0,
    decision: log.decision === null ? null : log.decision.allowed ? 'allow' : 'deny',
    policy: log.decision?.policy ?? null,
    revision: snapshot?.revision ?? 0,
    traceId: traceIdOf(request, read),
    client: clientOf(request, read),
  };
}

/** How the request ended. */
export function auditEndingOf(passage: Passage, result: RequestResult): AuditEnding {
  const { log, response } = passage;
  return {
    status: result.status,
    reason: result.reason,
    hop: result.leg,
    httpStatus: response.headersSent ? response.statusCode : null,
    totalMs: rounded(performance.now() - log.startedAt),
    nextHopMs: nextHopMs(log),
    bytesIn: log.bytesIn,
    bytesOut: log.bytesOut,
  };
}

function nextHopMs({ forwardedAt, nextHopEndedAt }: RequestLog): number | null {
  if (forwardedAt === null) return null;
  return rounded((nextHopEndedAt ?? performance.now()) - forwardedAt);
}

const rounded = (ms: number): number => Math.round(ms * 1000) / 1000;

function handlingHost(snapshot: Snapshot | undefined, name: string): string | null {
  const server = snapshot?.server(name);
  const handler = server === undefined ? null : handlingGateway(server);
  const gateway = handler === null ? undefined : snapshot?.gateway(handler);
  return gateway === undefined ? null : hostOf(gateway.url);
}

function entryHost({ role }: McpRequest, known: Authenticated | undefined, own: OwnGateway): string | null {
  if (role === 'entry') return own.host;
  const issuer = known?.hop == null ? undefined : known.snapshot.gateway(known.hop.iss);
  return issuer === undefined ? null : hostOf(issuer.url);
}

let lastTimestamp = { ms: 0, text: '' };

/** RFC 3339 UTC; requests of the same millisecond share the text. */
function timestampOf(ms: number): string {
  if (lastTimestamp.ms !== ms) lastTimestamp = { ms, text: new Date(ms).toISOString() };
  return lastTimestamp.text;
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
function traceIdOf(request: McpRequest, read: Read | undefined): string | null {
  if (read !== undefined) return read.message.trace.traceId;
  const traceparent = request.header('traceparent');
  return traceparent === undefined ? null : continueTrace({ traceparent, tracestate: null }).traceId;
}

function clientOf(request: McpRequest, read: Read | undefined): string | null {
  const client = read?.message.envelope?.client;
  const named = client && (client.version === null ? client.name : `${client.name}/${client.version}`);
  return (named ?? request.header('user-agent') ?? null)?.slice(0, MAX_CLIENT_LENGTH) ?? null;
}
