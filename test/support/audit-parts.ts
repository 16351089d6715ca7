import type { AuditIntent, AuditSink } from '#libs/audit';
import type { AuditEnding, AuditFacts, AuditPart } from '#libs/contract';

/** The entry gateway's outcome of one request over a hop. */
export function entryPart(requestId: string, more: Partial<AuditPart> = {}): AuditPart {
  return {
    phase: 'outcome',
    requestId,
    role: 'entry',
    gateway: 'aws',
    gatewayHost: 'aws-gw.example.com',
    timestamp: '2026-02-06T10:30:12.345Z',
    user: 'alice@example.com',
    server: 'mcp-m365',
    tool: 'get_calendar_events',
    method: 'tools/call',
    handlingGateway: 'azure-gw.example.com',
    entryGateway: 'aws-gw.example.com',
    proxyHops: 1,
    status: 'success',
    decision: 'allow',
    policy: 'finance-calendar',
    reason: null,
    hop: null,
    httpStatus: 200,
    revision: 12,
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    client: 'fastmcp/3.1',
    totalMs: 245,
    nextHopMs: 233,
    bytesIn: 120,
    bytesOut: 340,
    ...more,
  };
}

/** The handling gateway's outcome of the same request. */
export const handlingPart = (requestId: string, more: Partial<AuditPart> = {}): AuditPart =>
  entryPart(requestId, {
    role: 'handling',
    gateway: 'azure',
    gatewayHost: 'azure-gw.example.com',
    totalMs: 209,
    nextHopMs: 200,
    ...more,
  });

/** The outcome of a request that took no hop. */
export const localPart = (requestId: string, more: Partial<AuditPart> = {}): AuditPart =>
  entryPart(requestId, { handlingGateway: 'aws-gw.example.com', proxyHops: 0, ...more });

/** What was written before the part's request was forwarded. */
export const intentOf = (part: AuditPart): AuditPart => ({
  ...part,
  phase: 'intent',
  status: 'unknown',
  totalMs: null,
  nextHopMs: null,
});

const ENDING = ['status', 'reason', 'hop', 'httpStatus', 'totalMs', 'nextHopMs', 'bytesIn', 'bytesOut'];

/** What a gateway knew of the part's request before it left. */
export function factsOf(part: AuditPart): AuditFacts {
  const fields = Object.entries(part).filter(([name]) => name !== 'phase' && !ENDING.includes(name));
  return Object.fromEntries(fields) as unknown as AuditFacts;
}

/** How the part's request ended. */
export function endingOf(part: AuditPart): AuditEnding {
  const { status, reason, hop, httpStatus, totalMs, nextHopMs, bytesIn, bytesOut } = part;
  return { status, reason, hop, httpStatus, totalMs, nextHopMs, bytesIn, bytesOut };
}

/** Leaves the part with the sink before its request goes out. */
export const intend = <Intent extends AuditIntent>(
  sink: { recordIntent(facts: AuditFacts, bytesIn: number): Intent },
  part: AuditPart,
): Intent => sink.recordIntent(factsOf(part), part.bytesIn);

/** Leaves the part with the sink as that of a request that was refused. */
export const refuse = (sink: AuditSink, part: AuditPart): void =>
  sink.recordRefusal(factsOf(part), endingOf(part));
