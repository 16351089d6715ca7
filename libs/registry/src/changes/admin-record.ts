import { randomUUID } from 'node:crypto';
import { AuditRecord } from '../tables/audit-record.entity.js';

/** What an administrator did or tried to do. */
export interface AdminAction {
  actor: string;
  /** `<resource>.<verb>`, such as `policy.create`. */
  action: string;
  /** Path below `/api/v1`, such as `policies/finance-calendar`. */
  resource: string;
}

interface AdminOutcome {
  time: Date;
  status: 'success' | 'denied';
  revision: number | null;
  before: object | null;
  after: object | null;
}

/** The audit record of an admin action, as `/audit` lists it. */
export function adminRecord(action: AdminAction, outcome: AdminOutcome): AuditRecord {
  const { time, ...rest } = outcome;
  const id = randomUUID();
  return Object.assign(new AuditRecord(), {
    id,
    kind: 'admin',
    timestamp: time,
    user: action.actor,
    mcpServer: null,
    tool: null,
    entryGateway: null,
    handlingGateway: null,
    status: outcome.status,
    reason: null,
    traceId: null,
    body: {
      kind: 'admin',
      id,
      timestamp: time.toISOString(),
      user: action.actor,
      action: action.action,
      resource: action.resource,
      ...rest,
    },
  } satisfies AuditRecord);
}
