import type { AuditStatus, Reason } from '#libs/contract';
import type { Exchange } from '#libs/auth';
import { failingHop, hopFrom } from '#libs/routing';

/** How a request ended, for audit and metrics. */
export interface Verdict {
  status: AuditStatus;
  reason: Reason | null;
  hop: string | null;
}

const DENIALS: ReadonlySet<Reason> = new Set<Reason>([
  'credentials_missing',
  'credentials_invalid',
  'credentials_expired',
  'credentials_revoked',
  'credentials_throttled',
  'principal_disabled',
  'hop_untrusted',
  'host_not_allowed',
  'origin_not_allowed',
  'access_denied',
  'tool_denied',
  'method_denied',
  'session_unknown',
]);

/** Judges an exchange whose response has closed. */
export function verdictOf(exchange: Exchange, ownGateway: string): Verdict {
  const { fault, outcome } = exchange;
  const caller = exchange.hop?.iss ?? null;
  if (fault !== null) {
    const hop = failingHop(fault, ownGateway, caller);
    return wasWithdrawn(exchange, fault.reason)
      ? { status: 'error', reason: fault.reason, hop }
      : judged(fault.reason, hop);
  }
  const left = !exchange.response.writableFinished && !outcome.answered;
  if (left) return judged('client_disconnected', hopFrom(caller, ownGateway));
  if (outcome.reason === null || outcome.reason === 'input_required')
    return { status: 'success', reason: outcome.reason, hop: null };
  return judged(outcome.reason, outcome.hop);
}

/** Access was lost after the request had gone on: what may have been executed must not be taken for refused. */
const wasWithdrawn = ({ timings }: Exchange, reason: Reason): boolean =>
  timings.forwarded !== null && DENIALS.has(reason) && reason !== 'hop_untrusted';

function judged(reason: Reason, hop: string | null): Verdict {
  if (reason === 'client_disconnected') return { status: 'cancelled', reason, hop };
  return { status: DENIALS.has(reason) ? 'denied' : 'error', reason, hop };
}
