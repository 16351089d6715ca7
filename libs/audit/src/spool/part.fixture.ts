import type { AuditPart } from '#libs/contract';

/** An outcome as a gateway writes it, for the tests of this lib. */
export function outcomeOf(requestId: string, more: Partial<AuditPart> = {}): AuditPart {
  return {
    phase: 'outcome',
    requestId,
    role: 'entry',
    gateway: 'aws',
    gatewayHost: 'aws-gw.example.com',
    timestamp: '2026-02-06T10:30:00.000Z',
    user: 'alice@example.com',
    server: 'mcp-m365',
    tool: 'get_calendar_events',
    method: 'tools/call',
    handlingGateway: 'aws-gw.example.com',
    entryGateway: 'aws-gw.example.com',
    proxyHops: 0,
    status: 'success',
    decision: 'allow',
    policy: 'p',
    reason: null,
    hop: null,
    httpStatus: 200,
    revision: 1,
    traceId: null,
    client: null,
    totalMs: 3,
    downstreamMs: 2,
    bytesIn: 1,
    bytesOut: 1,
    ...more,
  };
}

export const intentOf = (requestId: string, more: Partial<AuditPart> = {}): AuditPart =>
  outcomeOf(requestId, { phase: 'intent', status: 'unknown', totalMs: null, downstreamMs: null, ...more });
