import { REASONS, type AuditStatus, type Reason } from '#libs/contract';
import type { AgentResponse, RequestLog } from '#libs/request';
import { failingHop, hopFrom } from '#libs/routing';

/** How a request ended, for audit and metrics. */
export interface RequestResult {
  readonly status: AuditStatus;
  readonly reason: Reason | null;
  readonly hop: string | null;
}

const SUCCESS: RequestResult = Object.freeze({ status: 'success', reason: null, hop: null });

/** Judges a request whose response has closed. @param gateway How this gateway is named. */
export function resultOf(log: RequestLog, response: AgentResponse, gateway: string): RequestResult {
  const { fault, result } = log;
  const caller = log.hop?.iss ?? null;
  if (fault !== null) return ended(log, fault.reason, failingHop(fault, gateway, caller));
  if (!response.writableFinished && !result.answered)
    return { status: 'cancelled', reason: 'client_disconnected', hop: hopFrom(caller, gateway) };
  if (result.reason === null) return SUCCESS;
  const status = REASONS[result.reason].outcome;
  return { status, reason: result.reason, hop: status === 'success' ? null : result.hop };
}

/** Access was lost after the request had gone on: what may have been executed must not be taken for refused. */
function ended({ forwardedAt }: RequestLog, reason: Reason, hop: string): RequestResult {
  const { outcome, refusesWhatWasSent } = REASONS[reason];
  const isWithdrawn = outcome === 'denied' && forwardedAt !== null && !refusesWhatWasSent;
  return { status: isWithdrawn ? 'error' : outcome, reason, hop };
}
